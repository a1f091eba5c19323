import { METRICS } from "@promptcall/core/contracts/metrics";
import { describe, expect, it } from "vitest";
import type { LogRecord } from "../../src/ports/log.ts";
import type { Measures } from "../../src/ports/metrics.ts";
import { FAILURE, measuresOf } from "../../src/telemetry/measures.ts";
import { TID } from "../given.ts";

const UNITS: readonly [LogRecord, Measures][] = [
  [{ event: "call.accepted", tid: TID }, { CallsAccepted: 1 }],
  [{ event: "call.rejected", status: 400, code: "invalid_request" }, {}],
  [{ event: "call.rejected", status: 403, code: "premium_destination", guarded: 3 }, {}],
  [{ event: "batch.accepted", accepted: 5, guarded: 2 }, { CallsAccepted: 5 }],
  [{ event: "guard.tripped", rule: "destination_limit", until: "2026-01-01T13:00:00.000Z" }, { GuardTrips: 1 }],
  [
    { event: "event.reduced", tid: TID, phase: "completed", result: "failed", tripped: true },
    { ResultsOk: 0, GuardTrips: 1 },
  ],
  [
    { event: "dial.placed", tid: TID, late_ms: 1_000 },
    { CallsDialed: 1, DialLateness: 1_000 },
  ],
  [{ event: "dial.try_again", tid: TID, late_ms: 999 }, {}],
  [{ event: "dial.try_again", tid: TID, throttled: true }, { DialsThrottled: 1 }],
  [{ event: "receiver.failing", application_id: "app", failures: 5 }, { ReceiversFailing: 1 }],
  [{ event: "receiver.recovered", application_id: "app", failures: 5 }, {}],
  [{ event: "dial.refused", tid: TID, why: "carrier answered 401" }, {}],
  [{ event: "dial.unknown", tid: TID, why: "ECONNRESET" }, { CallsDialed: 0 }],
  [{ event: "dial.skipped", tid: TID }, {}],
  [{ event: "webhook.status", tid: TID, status: "ringing" }, {}],
  [{ event: "webhook.digits", tid: TID, attempt: 1, matched: true }, {}],
  [{ event: "webhook.ignored", tid: TID }, {}],
  [{ event: "webhook.forged" }, { WebhooksForged: 1 }],
  [{ event: "event.reduced", tid: TID, phase: "ringing" }, {}],
  [{ event: "event.reduced", tid: TID, phase: "ringing", conflicts: 2 }, {}],
  [{ event: "event.reduced", tid: TID, phase: "completed", result: "ok" }, { ResultsOk: 1 }],
  [{ event: "event.reduced", tid: TID, phase: "completed", result: "failed" }, { ResultsOk: 0 }],
  [{ event: "timer.settle", tid: TID, result: "error", late_ms: 3 }, { ResultsOk: 0 }],
  [{ event: "timer.deadline", tid: TID, refused: "superseded", late_ms: 3_000 }, {}],
  [{ event: "dead_letter.handled", tid: TID, result: "error" }, { ResultsOk: 0 }],
  [{ event: "dead_letter.ignored", tid: TID }, {}],
  [{ event: "callback.delivered", tid: TID, attempt: 2, age_seconds: 1.5, late_ms: 4 }, { CallbackAge: 1.5 }],
  [{ event: "callback.retry", tid: TID, age_seconds: 1.5 }, { CallbackFailures: 1 }],
  [{ event: "callback.park", tid: TID, age_seconds: 1.5 }, { CallbackFailures: 1 }],
  [{ event: "dial.late", tid: TID }, {}],
  [{ event: "loop.step", n: 3, calls: 3, rests: false, late_ms: 12 }, {}],
  [{ event: "loop.step", n: 4, calls: 3, rests: false, late_ms: 90_000 }, { DialLateness: 90_000 }],
  [{ event: "loop.stale", n: 3, revived: true }, {}],
  [{ event: "callback.repeated", tid: TID }, {}],
  [{ event: "callback.receiver_busy", tid: TID }, {}],
  [{ event: "callback.receiver_slow", tid: TID }, {}],
  [{ event: "message.early", hops: 1, copy: false }, {}],
];

describe("a unit of work", () => {
  it.each(UNITS)("%j measures %j", (logged, measures) => {
    expect(measuresOf(logged)).toEqual(measures);
  });
});

it("every metric there is comes from some unit of work, and no other does", () => {
  const made = [...UNITS.map(([logged]) => measuresOf(logged)), FAILURE].flatMap((measures) => Object.keys(measures));
  expect([...new Set(made)].toSorted()).toEqual(Object.keys(METRICS).toSorted());
});
