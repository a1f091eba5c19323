import type { NccoAction } from "./ncco.ts";

export type CallStatus =
  | "started"
  | "ringing"
  | "answered"
  | "machine"
  | "busy"
  | "unanswered"
  | "rejected"
  | "cancelled"
  | "completed";

/** A webhook by what it says; `response` is the HTTP code it got. */
export type SimWebhook = WebhookLabel & { readonly response: number | "lost" | "unreachable" };

export type WebhookLabel =
  | { readonly kind: "status"; readonly status: CallStatus }
  | { readonly kind: "dtmf" | "answer" | "error" };

/** What is known once a call is over; Voice writes every number as a string. */
export interface CallSummary {
  readonly start_time: string | null;
  readonly end_time: string;
  readonly duration: string;
  readonly rate: string;
  readonly price: string;
  readonly network: string;
}

/** A call as the simulator saw it: what it was asked and what happened. */
export interface SimCall {
  readonly uuid: string;
  readonly conversationUuid: string;
  readonly applicationId: string;
  readonly to: string;
  readonly from: string;
  readonly createdAt: string;
  readonly status: CallStatus;
  /** The actions in the order they were begun. */
  readonly ncco: readonly NccoAction[];
  /** One entry per input that ended; silence is an empty one. */
  readonly digits: readonly string[];
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
export function callDetail(call: SimCall) {
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
