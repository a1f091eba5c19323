import { type Answer, readAnswer } from "./answer.ts";
import type { CallStatus, SimCall } from "./call.ts";
import type { CallRequest } from "./call-request.ts";
import type { Target } from "./courier.ts";
import { answerRequest, dtmfEvent, type Payload, statusEvent, syntaxErrorEvent } from "./events.ts";
import type { InputAction } from "./ncco.ts";
import type { Outbox } from "./outbox.ts";
import type { Timeline } from "./timeline.ts";

export interface HooksParts {
  readonly call: SimCall;
  readonly request: CallRequest;
  readonly timeline: Timeline;
  readonly outbox: Outbox;
}

/** What a call says to its application, and what it is told in return. */
export class Hooks {
  readonly #parts: HooksParts;

  constructor(parts: HooksParts) {
    this.#parts = parts;
  }

  status(status: CallStatus): void {
    const { call, outbox, request, timeline } = this.#parts;
    const target = webhookTarget(request.event_url, request.event_method);
    outbox.tell(target, statusEvent(call, status, timeline.now()), { kind: "status", status });
  }

  syntaxError(): void {
    const { call, outbox, request, timeline } = this.#parts;
    const target = webhookTarget(request.event_url, request.event_method);
    outbox.tell(target, syntaxErrorEvent(call, timeline.now()), { kind: "error" });
  }

  digits(action: InputAction, digits: string, timedOut: boolean): Promise<Answer> {
    const { call, request, timeline } = this.#parts;
    const target = webhookTarget(action.eventUrl ?? request.event_url, action.eventMethod);
    return this.#ask(target, dtmfEvent(call, digits, timedOut, timeline.now()), "dtmf");
  }

  answer(urls: readonly string[] | undefined, method: "GET" | "POST" | undefined): Promise<Answer> {
    return this.#ask(webhookTarget(urls, method ?? "GET"), answerRequest(this.#parts.call), "answer");
  }

  close(): void {
    this.#parts.outbox.close();
  }

  async #ask(target: Target | undefined, payload: Payload, kind: "dtmf" | "answer"): Promise<Answer> {
    if (!target) return { kind: "goesOn" };
    return readAnswer(await this.#parts.outbox.ask(target, payload, { kind }));
  }
}

function webhookTarget(urls: readonly string[] | undefined, method: "GET" | "POST" = "POST"): Target | undefined {
  const url = urls?.[0];
  return url === undefined ? undefined : { url, method };
}
