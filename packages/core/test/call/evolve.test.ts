import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Outcome, outcomeFields, outcomeOf } from "../../src/call/call.ts";
import type { Report } from "../../src/call/facts.ts";
import { LEG_STATUSES } from "../../src/contracts/leg-status.ts";
import { DETAILS, ENDINGS } from "../../src/contracts/reasons.ts";
import { at, dialing, digits, line, queued, report, run, TID } from "./given.ts";

const origin = { tid: TID, applicationId: "app", to: "+44********01", attemptsAllowed: 3, acceptedAt: at(0), dials: 1 };
const claim = { token: "claim-1", startedAt: at(1) };

describe("the phase of a call", () => {
  it("is dialing while the carrier only says it has started", () => {
    expect(run(dialing(), report(2, line("started")))).toEqual({ ...origin, phase: "dialing", claim, line: {} });
  });

  it("is ringing, then answered, then ended, as the carrier says", () => {
    expect(run(dialing(), report(2, line("ringing")))).toEqual({
      ...origin,
      phase: "ringing",
      claim,
      line: { ringingAt: at(2) },
    });
    expect(run(dialing(), report(2, line("ringing")), report(3, line("answered")))).toEqual({
      ...origin,
      phase: "answered",
      claim,
      line: { ringingAt: at(2), answeredAt: at(3) },
      attempts: {},
    });
    expect(run(dialing(), report(3, line("answered")), report(4, line("completed")))).toEqual({
      ...origin,
      phase: "ended",
      claim,
      line: { answeredAt: at(3), endedAt: at(4) },
      attempts: {},
    });
  });

  it("is answered when digits come before the report of the answer", () => {
    expect(run(dialing(), report(2, digits(1, false))).phase).toBe("answered");
  });

  it("keeps with each attempt when it was first reported, and goes on without the times of an older record", () => {
    const reports = [report(4, digits(1, false)), report(9, digits(2, true)), report(3, digits(1, true))];
    expect(run(dialing(), ...reports)).toMatchObject({
      attempts: { 1: false, 2: true },
      attemptTimes: { 1: at(3), 2: at(9) },
    });
    const { attemptTimes, ...older } = { attemptTimes: undefined, ...run(dialing(), report(4, digits(1, false))) };
    expect(run(older, report(9, digits(2, true)))).toMatchObject({
      attempts: { 1: false, 2: true },
      attemptTimes: { 2: at(9) },
    });
  });

  it("does not go back when an earlier report comes late", () => {
    expect(run(dialing(), report(4, line("completed")), report(5, line("ringing"))).phase).toBe("ended");
  });

  it("is ended by a rejection, after which the carrier says no more", () => {
    expect(run(dialing(), report(2, digits(1, false)), report(3, line("rejected"))).phase).toBe("ended");
  });

  it("is queued again when the dial is given back, and the dial is counted", () => {
    const released = run(dialing(), { type: "release_dial", token: "claim-1" });
    expect(released).toEqual({ ...origin, phase: "queued" });
    expect(run(released, { type: "start_dial", token: "claim-2", at: at(5) })).toMatchObject({ dials: 2 });
  });
});

describe("the outcome of a call", () => {
  const settle = { type: "settle", id: "settle", at: at(60), settleSeconds: 20 } as const;

  it.each([
    { reports: [digits(1, true), line("completed")], outcome: { status: "ok" } },
    { reports: [digits(1, false), digits(2, true), line("completed")], outcome: { status: "ok" } },
    { reports: [digits(1, true), line("answered"), line("failed"), line("completed")], outcome: { status: "ok" } },
    { reports: [digits(1, true), line("machine"), line("completed")], outcome: { status: "ok" } },
    {
      reports: [digits(1, true), digits(1, false), line("completed")],
      outcome: { status: "error", reason: "hung_up" },
    },
    { reports: [digits(3, false), digits(3, true), line("completed")], outcome: { status: "failed" } },
    {
      reports: [digits(1, false), digits(2, false), digits(3, false), line("completed")],
      outcome: { status: "failed" },
    },
    { reports: [line("answered"), line("completed")], outcome: { status: "error", reason: "hung_up" } },
    { reports: [digits(1, false), line("completed")], outcome: { status: "error", reason: "hung_up" } },
    ...ENDINGS.map((ending) => ({
      reports: [line(ending), line("completed")],
      outcome: { status: "error", reason: ending },
    })),
    { reports: [line("rejected")], outcome: { status: "error", reason: "rejected" } },
    { reports: [line("completed")], outcome: { status: "error", reason: "unanswered" } },
    {
      reports: [{ type: "leg", status: "completed", durationSeconds: 4 } as const],
      outcome: { status: "error", reason: "hung_up" },
    },
  ])("is $outcome after $reports", ({ reports, outcome }) => {
    const call = run(dialing(), ...reports.map((one, index) => report(2 + index, one)), settle);
    expect(outcomeOf(call)).toEqual(outcome);
  });

  it.each(["busy", "cancelled", "unanswered", "timeout", "failed", "rejected"] as const)(
    "is %s at once where nothing says that anybody has picked up, and stays so whatever comes late",
    (status) => {
      const over = run(dialing(), report(2, line("ringing")), report(3, line(status)));
      expect(over).toMatchObject({
        phase: "completed",
        outcome: { status: "error", reason: status },
        completedAt: at(3),
      });
      const late = run(over, report(4, line("answered")), report(5, digits(1, true)), report(6, line("completed")));
      expect(late).toMatchObject({ outcome: { status: "error", reason: status }, line: { answeredAt: at(4) } });
    },
  );

  it.each<[string, Report]>([
    ["a report of an answer", line("answered")],
    ["digits", digits(1, false)],
    ["a billed duration", { ...line("started"), durationSeconds: 4 } as Report],
  ])("waits for the end where %s says that somebody has", (_, reported) => {
    expect(outcomeOf(run(dialing(), report(2, reported), report(3, line("failed"))))).toBeUndefined();
  });

  it.each([
    [[digits(1, true), line("busy"), line("completed")], "busy"],
    [[line("busy"), digits(1, true), line("completed")], "busy"],
    [[digits(3, false), line("rejected")], "rejected"],
    [[digits(1, true), line("failed")], "failed"],
    [[digits(1, true), { ...line("completed"), durationSeconds: 0 } as Report, line("busy")], "busy"],
  ])("is never the verdict of digits where the carrier says that nobody picked up: %j", (reported, reason) => {
    const call = run(dialing(), ...reported.map((reported, index) => report(2 + index, reported)), settle);
    expect(outcomeOf(call)).toEqual({ status: "error", reason });
  });

  it.each([
    ["rejected", "invalid_number", "invalid_number"],
    ["rejected", "restricted", "restricted"],
    ["rejected", "declined", "declined"],
    ["failed", "number_out_of_service", "number_out_of_service"],
    ["failed", "cannot_route", "cannot_route"],
    ["unanswered", "unavailable", "unavailable"],
    ["failed", "internal_error", "failed"],
    ["timeout", "toString", "timeout"],
  ] as const)("is named to the customer by the carrier's detail: %s, %s", (status, detail, reason) => {
    const call = run(dialing(), report(2, { ...line(status), detail } as Report));
    expect(outcomeFields(outcomeOf(call) as Outcome)).toEqual({ status: "error", reason });
  });

  it("is script_error when the carrier reported that, unless the PIN was right", () => {
    const scriptError = { ...line("answered"), detail: "script_error" } as Report;
    const error = run(dialing(), report(2, scriptError), report(3, line("completed")), settle);
    expect(outcomeOf(error)).toEqual({ status: "error", reason: "hung_up", detail: "script_error" });
    const right = run(dialing(), report(2, scriptError), report(3, line("completed")), report(4, digits(1, true)));
    expect(outcomeOf(right)).toEqual({ status: "ok" });
  });

  it("has no detail that does not fit how the call ended", () => {
    const reported = [line("answered"), { ...line("completed"), detail: "declined" } as Report];
    const call = run(dialing(), ...reported.map((reported, index) => report(2 + index, reported)), settle);
    expect(outcomeOf(call)).toEqual({ status: "error", reason: "hung_up" });
  });

  it("is open while the call is queued, dialing, ringing or answered", () => {
    for (const call of [queued(), dialing(), run(dialing(), report(2, digits(1, true)))])
      expect(outcomeOf(call)).toBeUndefined();
  });
});

describe("any order of the same reports, with repeats", () => {
  const anyReport = fc.oneof(
    fc.constantFrom(...LEG_STATUSES).map((status) => ({ ...line(status), uuid: "uuid", durationSeconds: 3 })),
    fc
      .constantFrom("failed" as const, "rejected" as const)
      .chain((status) => fc.constantFrom(...DETAILS).map((detail) => ({ ...line(status), detail }))),
    fc.record({ type: fc.constant("digits" as const), attempt: fc.integer({ min: 1, max: 3 }), matched: fc.boolean() }),
  );
  const anyHistory = fc
    .array(fc.record({ second: fc.integer({ min: 2, max: 50 }), reported: anyReport }), { maxLength: 10 })
    .chain((history) =>
      fc.tuple(fc.constant(history), fc.shuffledSubarray([...history, ...history], { minLength: history.length * 2 })),
    );

  it("leads to the same facts", () => {
    fc.assert(
      fc.property(anyHistory, ([history, shuffled]) => {
        const facts = (reported: typeof history) => {
          const { line, attempts, attemptTimes } = {
            line: {},
            attempts: {},
            attemptTimes: {},
            ...run(dialing(), ...reported.map((r) => report(r.second, r.reported))),
          };
          return { line, attempts, attemptTimes };
        };
        expect(facts(shuffled)).toEqual(facts(history));
      }),
    );
  });

  it("leads to the same final outcome", () => {
    const lives: fc.Arbitrary<readonly Report[]> = fc.constantFrom(
      [line("ringing"), line("answered"), digits(1, true), line("completed")],
      [line("ringing"), line("answered"), digits(1, false), digits(2, true), line("completed")],
      [line("answered"), digits(1, false), digits(2, false), digits(3, false), line("completed")],
      [line("ringing"), line("busy"), line("completed")],
      [line("answered"), digits(1, false), line("completed")],
      [line("ringing"), line("rejected")],
      [line("ringing"), line("failed"), line("completed")],
      [line("answered"), line("machine"), line("completed")],
    );
    const orders = lives.chain((life) =>
      fc.tuple(fc.constant(life), fc.shuffledSubarray([...life, ...life], { minLength: life.length * 2 })),
    );
    fc.assert(
      fc.property(orders, ([life, order]) => {
        const settle = { type: "settle", id: "settle", at: at(59), settleSeconds: 5 } as const;
        const outcome = (reported: readonly Report[]) =>
          outcomeOf(run(dialing(), ...reported.map((r, index) => report(2 + index, r)), settle));
        expect(outcome(order)).toEqual(outcome(life));
        expect(outcome(order)).toBeDefined();
      }),
    );
  });
});
