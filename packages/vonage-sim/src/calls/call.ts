import type { CallDetail } from "../definition/call-detail.ts";
import type { CallRequest } from "../definition/call-request.ts";
import type { NccoAction } from "../definition/ncco.ts";
import type { CallStatus, CallSummary } from "../definition/webhooks.ts";

/** A complete request; its `event_url` may come from the application's settings. */
export type PlacedRequest = CallRequest & { readonly event_url: NonNullable<CallRequest["event_url"]> };

/** A webhook by what it says; `response` is the HTTP code it got. */
export type SimWebhook = WebhookLabel & { readonly response: number | "lost" | "unreachable" };

export type WebhookLabel =
  | { readonly kind: "status"; readonly status: CallStatus }
  | { readonly kind: "dtmf" | "answer" | "fallback" | "notify" | "error" };

/** A call as the simulator recorded it. */
export interface SimCall {
  readonly uuid: string;
  readonly conversationUuid: string;
  readonly applicationId: string;
  readonly to: string;
  /** Where it was asked for; null where that was left to the carrier. */
  readonly region: string | null;
  readonly from: string;
  readonly createdAt: string;
  readonly status: CallDetail["status"];
  /** The actions in the order they were begun. */
  readonly ncco: readonly NccoAction[];
  /** One entry per input that ended; silence is an empty one. */
  readonly digits: readonly string[];
  /** Whether somebody here has the phone, and how many keys they have pressed for the input that listens. */
  readonly atHand: boolean;
  readonly keyed: number;
  /** One entry per attempt, in the order they were answered. */
  readonly webhooks: readonly SimWebhook[];
  readonly disconnectedBy: "platform" | "user" | null;
  readonly summary: CallSummary | null;
  /** Over, and every webhook has had its answer. */
  readonly finished: boolean;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer Item)[] ? Item[] : T[K] };

/** The call while it lives; the simulator alone writes it. */
export type CallRecord = Mutable<SimCall>;

export function snapshot(call: CallRecord): SimCall {
  return { ...call, ncco: [...call.ncco], digits: [...call.digits], webhooks: [...call.webhooks] };
}

export function isOver(call: SimCall): boolean {
  return call.status === "completed" || call.status === "rejected";
}

/** The body of `GET /v1/calls/{uuid}`. */
export function callDetail(call: SimCall): CallDetail {
  return {
    _links: { self: { href: `/v1/calls/${call.uuid}` } },
    uuid: call.uuid,
    conversation_uuid: call.conversationUuid,
    to: { type: "phone", number: call.to },
    from: { type: "phone", number: call.from },
    status: call.status,
    direction: "outbound",
    ...call.summary,
  };
}
