import type { CallStatus, CallSummary, SimCall } from "./call.ts";

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type Payload = { readonly [key: string]: Json };

const SIP_CODE = { busy: 486, unanswered: 480, rejected: 603, cancelled: 487, answered: 200 };

const RATE_PER_MINUTE = 0.1;
const NETWORK = "23420";

export function statusEvent(call: SimCall, status: CallStatus, now: Date): Payload {
  const common = {
    headers: {},
    from: call.from,
    to: call.to,
    uuid: call.uuid,
    conversation_uuid: call.conversationUuid,
    status,
    direction: "outbound",
    timestamp: now.toISOString(),
  };
  switch (status) {
    case "started":
    case "ringing":
      return common;
    case "answered":
      return { ...common, start_time: null, rate: null, network: null };
    case "machine": {
      const { uuid, headers: _headers, direction: _direction, ...rest } = common;
      return { ...rest, call_uuid: uuid };
    }
    case "busy":
    case "cancelled":
      return { ...common, sip_code: SIP_CODE[status] };
    case "unanswered":
      return { ...common, detail: "timeout", sip_code: SIP_CODE[status] };
    case "rejected":
      return { ...common, detail: "declined", sip_code: SIP_CODE[status] };
    case "completed":
      return { ...common, ...call.summary, ...lineEnd(call) };
    default:
      return status satisfies never;
  }
}

/** Only a call that was answered is disconnected by someone. */
function lineEnd(call: SimCall): Payload {
  return call.disconnectedBy ? { disconnected_by: call.disconnectedBy, sip_code: SIP_CODE.answered } : {};
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

export function dtmfEvent(call: SimCall, digits: string, timedOut: boolean, now: Date): Payload {
  return {
    speech: { results: [] },
    dtmf: { digits, timed_out: timedOut },
    from: call.from,
    to: call.to,
    uuid: call.uuid,
    conversation_uuid: call.conversationUuid,
    timestamp: now.toISOString(),
  };
}

export function answerRequest(call: SimCall): Payload {
  return { to: call.to, from: call.from, conversation_uuid: call.conversationUuid, uuid: call.uuid };
}

export function syntaxErrorEvent(call: SimCall, now: Date): Payload {
  return {
    reason: "Syntax error in NCCO. Invalid value type or action.",
    conversation_uuid: call.conversationUuid,
    timestamp: now.toISOString(),
  };
}
