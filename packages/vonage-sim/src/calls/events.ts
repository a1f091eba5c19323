import type {
  AnswerRequest,
  CallSummary,
  DtmfWebhook,
  ErrorWebhook,
  FallbackRequest,
  NotifyWebhook,
  StatusWebhook,
} from "../definition/webhooks.ts";
import type { SimCall } from "./call.ts";
import type { Failure, Person } from "./people.ts";

export type Payload = StatusWebhook | DtmfWebhook | ErrorWebhook | AnswerRequest | FallbackRequest | NotifyWebhook;

const ANSWERED_SIP_CODE = 200;
const RATE_PER_MINUTE = 0.1;
const NETWORK = "23420";

/** A new status of the leg, with its data. */
export type LegUpdate =
  | { readonly status: "started" | "ringing" | "answered" | "human" | "completed" }
  | { readonly status: "machine"; readonly beep?: "beep_start" | "beep_timeout" | undefined }
  | Failure;

export function statusEvent(call: SimCall, update: LegUpdate, now: Date): StatusWebhook {
  const timestamp = now.toISOString();
  const common = { headers: {}, ...ids(call), direction: "outbound", timestamp } as const;
  switch (update.status) {
    case "started":
    case "ringing":
      return { ...common, status: update.status };
    case "answered":
      return { ...common, status: "answered", start_time: null, rate: null, network: null };
    case "human":
      return { ...detected(call), status: "human", timestamp };
    case "machine":
      return { ...detected(call), status: "machine", timestamp, ...(update.beep && { sub_state: update.beep }) };
    case "busy":
    case "cancelled":
    case "timeout":
      return { ...common, status: update.status, sip_code: sipCode(update) };
    // Each by itself: a detail goes with its own status only.
    case "unanswered":
      return { ...common, ...update, sip_code: sipCode(update) };
    case "rejected":
      return { ...common, ...update, sip_code: sipCode(update) };
    case "failed":
      return { ...common, ...update, sip_code: sipCode(update) };
    case "completed": {
      // Only called for a call that is over.
      const summary = call.summary ?? summarize(undefined, now);
      return { ...common, status: "completed", ...summary, ...legEnd(call) };
    }
    default:
      return update satisfies never;
  }
}

/** By RFC 3398, section 7.2.4.1, which says what SIP makes of a telephone network's causes. */
function sipCode(failure: Failure): number {
  switch (failure.status) {
    case "busy":
      return 486;
    case "cancelled":
      return 487;
    case "timeout":
      return 408;
    default:
      break;
  }
  switch (failure.detail) {
    case "timeout":
    case "unavailable":
      return 480;
    case "invalid_number":
      return 484;
    case "restricted":
      return 403;
    case "declined":
      return 603;
    case "cannot_route":
      return 404;
    case "number_out_of_service":
      return 502;
    case "internal_error":
      return 500;
    default:
      return failure satisfies never;
  }
}

/** Only a call that was answered is disconnected by someone. */
function legEnd(call: SimCall) {
  return call.disconnectedBy ? { disconnected_by: call.disconnectedBy, sip_code: ANSWERED_SIP_CODE } : {};
}

export function summarize(answeredAt: Date | undefined, endedAt: Date): CallSummary {
  const seconds = answeredAt ? Math.max(1, Math.ceil((endedAt.getTime() - answeredAt.getTime()) / 1000)) : 0;
  const startMs = answeredAt ? Math.floor(answeredAt.getTime() / 1000) * 1000 : undefined;
  const endMs = startMs === undefined ? Math.floor(endedAt.getTime() / 1000) * 1000 : startMs + seconds * 1000;
  return {
    start_time: startMs === undefined ? null : new Date(startMs).toISOString(),
    end_time: new Date(endMs).toISOString(),
    duration: String(seconds),
    rate: RATE_PER_MINUTE.toFixed(8),
    price: ((RATE_PER_MINUTE * seconds) / 60).toFixed(8),
    network: NETWORK,
  };
}

/** What was keyed at one input. */
export interface EnteredDigits {
  readonly digits: string;
  readonly timedOut: boolean;
}

export function dtmfEvent(call: SimCall, entered: EnteredDigits, reports: Person["reports"], now: Date): DtmfWebhook {
  return { ...ids(call), timestamp: now.toISOString(), ...entry(entered, reports) };
}

function entry({ digits, timedOut }: EnteredDigits, reports: Person["reports"]): Pick<DtmfWebhook, "speech" | "dtmf"> {
  switch (reports) {
    case "documented":
      return { speech: { results: [] }, dtmf: { digits, timed_out: timedOut } };
    case "captured":
      return { speech: { error: "Speech was not enabled" }, dtmf: { digits, timed_out: true } };
    case "nulls":
      return { speech: { results: [] }, dtmf: { digits: digits === "" ? null : digits, timed_out: null } };
    default:
      return reports satisfies never;
  }
}

export function answerRequest(call: SimCall): AnswerRequest {
  return ids(call);
}

export function fallbackRequest(call: SimCall, failed: Pick<FallbackRequest, "reason" | "original_request">) {
  return { ...ids(call), ...failed };
}

export function syntaxErrorEvent(call: SimCall, now: Date): ErrorWebhook {
  return {
    reason: "Syntax error in NCCO. Invalid value type or action.",
    conversation_uuid: call.conversationUuid,
    timestamp: now.toISOString(),
  };
}

function ids({ from, to, uuid, conversationUuid }: SimCall) {
  return { from, to, uuid, conversation_uuid: conversationUuid };
}

function detected(call: SimCall) {
  const { uuid, ...parties } = ids(call);
  return { ...parties, call_uuid: uuid };
}
