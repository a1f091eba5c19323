import type { Event } from "../contracts/events.ts";
import type { Command } from "./decide.ts";
import type { Report } from "./facts.ts";

/** The command that records an event on its call, for events that report progress. */
export function commandOf(event: Event): Command | undefined {
  const report = reportOf(event);
  if (report === undefined) return undefined;
  const dial = "dial" in event.data ? event.data.dial : undefined;
  return {
    type: "report",
    id: event.metadata.id,
    at: event.metadata.time,
    report,
    ...(dial !== undefined && { dial }),
  };
}

function reportOf(event: Event): Report | undefined {
  switch (event.type) {
    case "call.dialed":
      return { type: "dialed", uuid: event.data.uuid };
    case "call.dial_failed":
      return { type: "dial_failed", reason: event.data.reason };
    case "call.status": {
      const {
        status,
        uuid,
        detail,
        answered_at: answeredAt,
        duration_seconds: durationSeconds,
        price,
        rate,
        network,
      } = event.data;
      return { type: "leg", status, uuid, detail, answeredAt, durationSeconds, price, rate, network };
    }
    case "call.digits": {
      const { attempt, matched, choice, sealed_digits: sealedDigits } = event.data;
      return { type: "digits", attempt, matched, choice, sealedDigits };
    }
    case "call.accepted":
    case "call.completed":
    case "callback.delivered":
    case "callback.parked":
      return undefined;
    default:
      return event satisfies never;
  }
}
