import { describe, expect, it } from "vitest";
import { commandOf } from "../../src/call/command-of.ts";
import { DeliveredEventSchema, type Event, EventSchema } from "../../src/contracts/events.ts";
import { ReportEventSchema } from "../../src/contracts/report-events.ts";
import { TID } from "../call/given.ts";

const metadata = { id: "1", version: 1, tid: TID, application_id: "app", time: "2026-01-01T00:00:00.000Z" } as const;

const EVENTS: readonly Event[] = [
  { type: "call.accepted", metadata, data: { to: "+44********01" } },
  { type: "call.dialed", metadata, data: { uuid: "u" } },
  { type: "call.dial_failed", metadata, data: { reason: "invalid_number" } },
  { type: "call.status", metadata, data: { status: "completed", uuid: "u", duration_seconds: 3, price: "0.01" } },
  { type: "call.digits", metadata, data: { attempt: 1, matched: true, timed_out: false } },
  { type: "call.completed", metadata, data: { to: "+44********01", status: "error", reason: "busy", attempts: 0 } },
  { type: "callback.delivered", metadata, data: { attempt: 1, http_status: 200, duration_ms: 5 } },
  { type: "callback.parked", metadata, data: { attempts: 9, why: "gone" } },
];

describe.each(EVENTS.map((event) => [event.type, event] as const))("%s", (type, event) => {
  it("is unchanged by the bus", () => {
    const { metadata, data } = event;
    const envelope = { version: "0", source: "promptcall", "detail-type": type, detail: { metadata, data } };
    expect(DeliveredEventSchema.parse(JSON.parse(JSON.stringify(envelope)))).toEqual(event);
  });

  it("is refused from another source and in another version", () => {
    const envelope = { source: "elsewhere", "detail-type": type, detail: event };
    expect(DeliveredEventSchema.safeParse(envelope).success).toBe(false);
    expect(EventSchema.safeParse({ ...event, metadata: { ...metadata, version: 2 } }).success).toBe(false);
  });
});

describe("the command to record an event", () => {
  it("exists for events that report progress, and no others are reports", () => {
    const reports = EVENTS.flatMap((event) => ReportEventSchema.safeParse(event).data ?? []);
    expect(reports.map((event) => [event.type, commandOf(event)])).toEqual([
      ["call.dialed", command({ type: "dialed", uuid: "u" })],
      ["call.dial_failed", command({ type: "dial_failed", reason: "invalid_number" })],
      ["call.status", command({ type: "leg", status: "completed", uuid: "u", durationSeconds: 3, price: "0.01" })],
      ["call.digits", command({ type: "digits", attempt: 1, matched: true })],
    ]);
  });

  const command = (report: object) => ({ type: "report", id: "1", at: metadata.time, report });
});
