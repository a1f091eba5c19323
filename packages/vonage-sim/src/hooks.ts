import { type Answer, readAnswer } from "./answer.ts";
import type { PlacedRequest, SimCall, WebhookLabel } from "./call.ts";
import type { Target } from "./courier.ts";
import type { InputAction } from "./definition/ncco.ts";
import type { FallbackRequest } from "./definition/webhooks.ts";
import {
  answerRequest,
  dtmfEvent,
  fallbackRequest,
  type Heard,
  type LineNews,
  type Payload,
  statusEvent,
  syntaxErrorEvent,
} from "./events.ts";
import type { Outbox } from "./outbox.ts";
import type { Person } from "./people.ts";
import type { Timeline } from "./timeline.ts";

export interface HooksParts {
  readonly call: SimCall;
  readonly request: PlacedRequest;
  readonly person: Person;
  readonly fallbackAnswerUrl: string | undefined;
  readonly timeline: Timeline;
  readonly outbox: Outbox;
}

type NccoHook = { readonly target: Target; readonly payload: Payload; readonly kind: "dtmf" | "answer" };

/** What a call says to its application, and what it is told in return. */
export class Hooks {
  readonly #parts: HooksParts;

  constructor(parts: HooksParts) {
    this.#parts = parts;
  }

  status(news: LineNews): void {
    const { call, timeline } = this.#parts;
    this.#tell(statusEvent(call, news, timeline.now()), { kind: "status", status: news.status });
  }

  syntaxError(): void {
    const { call, timeline } = this.#parts;
    this.#tell(syntaxErrorEvent(call, timeline.now()), { kind: "error" });
  }

  digits(action: InputAction, heard: Heard): Promise<Answer> {
    const { call, request, person, timeline } = this.#parts;
    const [url] = action.eventUrl ?? request.event_url;
    const payload = dtmfEvent(call, heard, person.reports, timeline.now());
    return this.#ask({ target: { url, method: action.eventMethod ?? "POST" }, payload, kind: "dtmf" });
  }

  answer(url: string, method: "GET" | "POST" = "GET"): Promise<Answer> {
    return this.#ask({ target: { url, method }, payload: answerRequest(this.#parts.call), kind: "answer" });
  }

  close(): void {
    this.#parts.outbox.close();
  }

  #tell(payload: Payload, label: WebhookLabel): void {
    const { request, outbox } = this.#parts;
    outbox.tell({ url: request.event_url[0], method: request.event_method ?? "POST" }, payload, label);
  }

  async #ask({ target, payload, kind }: NccoHook): Promise<Answer> {
    const { fallbackAnswerUrl: url, call, outbox, timeline } = this.#parts;
    const answer = readAnswer(await timeline.inRealTime(outbox.ask(target, payload, { kind })));
    if (answer.kind !== "failed" && answer.kind !== "syntaxError") return answer;
    if (url === undefined) return answer;
    const failed: Pick<FallbackRequest, "reason" | "original_request"> = {
      reason: answer.reason,
      original_request: { url: target.url, type: kind === "answer" ? "answer" : "event" },
    };
    const asked = outbox.ask({ url, method: "GET" }, fallbackRequest(call, failed), { kind: "fallback" });
    return readAnswer(await timeline.inRealTime(asked));
  }
}
