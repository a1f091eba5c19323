import type { LogRecord } from "../ports/log.ts";
import type { Measures } from "../ports/metrics.ts";

/** What each unit of work measures by being there. */
const COUNTED: Record<LogRecord["event"], Measures> = {
  "call.accepted": { CallsAccepted: 1 },
  "call.cancelled": {},
  "call.forgotten": {},
  "callback.replayed": {},
  "application.changed": {},
  "application.keys_changed": {},
  "batch.accepted": {},
  "call.rejected": {},
  "dial.placed": { CallsDialed: 1 },
  "dial.try_again": {},
  "dial.refused": {},
  "dial.unknown": { CallsDialed: 0 },
  "dial.skipped": {},
  "dial.held": {},
  "dial.late": {},
  "dial.waits": {},
  "loop.step": {},
  "loop.handed_on": {},
  "loop.stale": {},
  "loop.early": {},
  "batch.counted": {},
  "batch.completed": {},
  "batch.over": {},
  "batch.swept": {},
  "batch.paused": {},
  "batch.resumed": {},
  // Not counted: Lambda counts invocations.
  "webhook.status": {},
  "webhook.digits": {},
  "webhook.ignored": {},
  "webhook.forged": { WebhooksForged: 1 },
  "event.reduced": {},
  "timer.settle": {},
  "timer.deadline": {},
  "timer.cancel": {},
  // Not counted: SQS counts received messages.
  "dead_letter.handled": {},
  "dead_letter.ignored": {},
  // Counted by its age.
  "callback.delivered": {},
  "callback.retry": { CallbackFailures: 1 },
  "callback.park": { CallbackFailures: 1 },
  "callback.repeated": {},
  "callback.unwanted": {},
  "callback.receiver_busy": {},
  "callback.receiver_slow": {},
  "receiver.failing": { ReceiversFailing: 1 },
  "receiver.recovered": {},
  "guard.tripped": { GuardTrips: 1 },
  "message.early": {},
};

/** What is less late than this is in time: of most messages there is nothing to tell, at the price of a line for each. */
const LATE_MS = 1_000;

const isOfDialing = (event: LogRecord["event"]) => event.startsWith("dial.") || event.startsWith("loop.");

/** The metrics of a log record. All metrics except `Failures` come from here. */
export function measuresOf({ event, result, accepted, tripped, throttled, late_ms, age_seconds }: LogRecord): Measures {
  return {
    ...COUNTED[event],
    ...(result !== undefined && { ResultsOk: Number(result === "ok") }),
    ...(accepted !== undefined && { CallsAccepted: accepted }),
    ...(tripped && { GuardTrips: 1 }),
    ...(throttled && { DialsThrottled: 1 }),
    ...(late_ms !== undefined && late_ms >= LATE_MS && isOfDialing(event) && { DialLateness: late_ms }),
    ...(event === "callback.delivered" && age_seconds !== undefined && { CallbackAge: age_seconds }),
  };
}

/** The metric of a failure. */
export const FAILURE: Measures = { Failures: 1 };
