import type { ReportEvent } from "../contracts/report-events.ts";
import type { Command } from "./decide.ts";
import type { Report } from "./facts.ts";

/** The command that records on its call what is reported. */
export function commandOf(event: ReportEvent): Command {
  const report = reportOf(event);
  const { dial } = event.data;
  return {
    type: "report",
    id: event.metadata.id,
    at: event.metadata.time,
    report,
    ...(dial !== undefined && { dial }),
  };
}

function reportOf(event: ReportEvent): Report {
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
    default:
      return event satisfies never;
  }
}
