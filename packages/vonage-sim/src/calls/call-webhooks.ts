import type { InputAction, NotifyAction } from "../definition/ncco.ts";
import type { FallbackRequest } from "../definition/webhooks.ts";
import { type Answer, readAnswer } from "./answer.ts";
import type { PlacedRequest, SimCall, WebhookLabel } from "./call.ts";
import {
  answerRequest,
  dtmfEvent,
  type EnteredDigits,
  fallbackRequest,
  type LegUpdate,
  type Payload,
  statusEvent,
  syntaxErrorEvent,
} from "./events.ts";
import type { Person } from "./people.ts";
import type { Timeline } from "./timeline.ts";
import type { Target } from "./webhook-client.ts";
import type { WebhookQueue } from "./webhook-queue.ts";

export interface CallWebhooksParts {
  readonly call: SimCall;
  readonly request: PlacedRequest;
  readonly person: Person;
  readonly fallbackAnswerUrl: string | undefined;
  readonly timeline: Timeline;
  readonly webhooks: WebhookQueue;
}

type NccoRequest = { readonly target: Target; readonly payload: Payload; readonly label: NccoLabel };
/** The answer to a beep may be an NCCO, like that to digits. */
type NccoLabel =
  | { readonly kind: "dtmf" | "answer" | "notify" }
  | { readonly kind: "status"; readonly status: "machine" };

/** The webhooks of one call, and their answers. */
export class CallWebhooks {
  readonly #parts: CallWebhooksParts;

  constructor(parts: CallWebhooksParts) {
    this.#parts = parts;
  }

  status(update: LegUpdate): void {
    const { call, timeline } = this.#parts;
    this.#notify(statusEvent(call, update, timeline.now()), { kind: "status", status: update.status });
  }

  syntaxError(): void {
    const { call, timeline } = this.#parts;
    this.#notify(syntaxErrorEvent(call, timeline.now()), { kind: "error" });
  }

  digits(action: InputAction, entered: EnteredDigits): Promise<Answer> {
    const { call, request, person, timeline } = this.#parts;
    const [url] = action.eventUrl ?? request.event_url;
    const payload = dtmfEvent(call, entered, person.reports, timeline.now());
    return this.#requestNcco({
      target: { url, method: action.eventMethod ?? "POST" },
      payload,
      label: { kind: "dtmf" },
    });
  }

  /** Exactly what the application wants to be told. */
  notify({ eventUrl: [url], eventMethod: method = "POST", payload }: NotifyAction): Promise<Answer> {
    return this.#requestNcco({ target: { url, method }, payload, label: { kind: "notify" } });
  }

  answer(url: string, method: "GET" | "POST" = "GET"): Promise<Answer> {
    return this.#requestNcco({
      target: { url, method },
      payload: answerRequest(this.#parts.call),
      label: { kind: "answer" },
    });
  }

  beep(): Promise<Answer> {
    const { call, request, timeline } = this.#parts;
    const target = { url: request.event_url[0], method: request.event_method ?? "POST" } as const;
    const payload = statusEvent(call, { status: "machine", beep: "beep_start" }, timeline.now());
    return this.#requestNcco({ target, payload, label: { kind: "status", status: "machine" } });
  }

  close(): void {
    this.#parts.webhooks.close();
  }

  #notify(payload: Payload, label: WebhookLabel): void {
    const { request, webhooks } = this.#parts;
    webhooks.notify({ url: request.event_url[0], method: request.event_method ?? "POST" }, payload, label);
  }

  async #requestNcco({ target, payload, label }: NccoRequest): Promise<Answer> {
    const { fallbackAnswerUrl: url, call, webhooks, timeline } = this.#parts;
    const answer = readAnswer(await timeline.inRealTime(webhooks.request(target, payload, label)));
    if (answer.kind !== "failed" && answer.kind !== "syntaxError") return answer;
    if (url === undefined) return answer;
    const failed: Pick<FallbackRequest, "reason" | "original_request"> = {
      reason: answer.reason,
      original_request: { url: target.url, type: label.kind === "answer" ? "answer" : "event" },
    };
    const asked = webhooks.request({ url, method: "GET" }, fallbackRequest(call, failed), { kind: "fallback" });
    return readAnswer(await timeline.inRealTime(asked));
  }
}
