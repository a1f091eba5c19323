import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { outcomeFields, outcomeOf } from "../../src/call/call.ts";
import { withoutDigits } from "../../src/call/erasure.ts";
import type { Report } from "../../src/call/facts.ts";
import { dialing, digits, line, report, run } from "./given.ts";

const chosen = (attempt: number, choice: string): Report => ({ type: "digits", attempt, matched: true, choice });
const captured = (attempt: number, sealedDigits: string): Report => ({
  type: "digits",
  attempt,
  matched: true,
  sealedDigits,
});
const ended = report(9, line("completed"));

describe("what a person answers", () => {
  it("is in the outcome: the word of a choice, or digits, sealed", () => {
    const press = run(dialing(), report(5, digits(1, false)), report(6, chosen(2, "confirmed")), ended);
    expect(outcomeOf(press)).toEqual({ status: "ok", choice: "confirmed" });
    const capture = run(dialing(), report(5, captured(1, "sealed")), ended);
    expect(outcomeOf(capture)).toEqual({ status: "ok", sealedDigits: "sealed" });
  });

  it("is nowhere but in the outcome of a completed call, and its digits not there once they are erased", () => {
    const capture = run(dialing(), report(5, captured(1, "sealed")), ended, report(10, captured(1, "again")));
    expect(capture.phase === "completed" && capture.outcome).toEqual({ status: "ok", sealedDigits: "sealed" });
    expect(capture).not.toHaveProperty("entered");
    expect(JSON.stringify(capture.phase === "completed" && withoutDigits(capture))).not.toContain("sealed");
    expect(outcomeFields({ status: "ok", sealedDigits: "sealed" })).toEqual({ status: "ok" });
  });

  it("is that of the first attempt that was right, and of none that was wrong", () => {
    const [first, second] = [report(5, chosen(2, "second")), report(6, chosen(1, "first"))];
    expect(outcomeOf(run(dialing(), first, second, ended))).toEqual({ status: "ok", choice: "first" });
    expect(outcomeOf(run(dialing(), second, report(7, digits(1, false)), first, ended))).toEqual({
      status: "ok",
      choice: "second",
    });
  });

  it("is the same in whatever order it is reported, how often, and whatever is reported besides", () => {
    const reports = [
      report(5, captured(1, "b")),
      report(6, captured(1, "a")),
      report(7, captured(2, "c")),
      report(7, digits(2, false)),
      report(8, line("answered")),
    ];
    const expected = { status: "ok", sealedDigits: "a" };
    fc.assert(
      fc.property(fc.shuffledSubarray([...reports, ...reports], { minLength: 10 }), (shuffled) => {
        expect(outcomeOf(run(dialing(), ...shuffled, ended))).toEqual(expected);
      }),
    );
  });
});

describe("a call that asks for nothing", () => {
  const said: Report = { type: "digits", attempt: 0, matched: true };

  it("is ok when all was said, and counts no attempt", () => {
    const call = run(dialing(), report(5, said), ended);
    expect(outcomeOf(call)).toEqual({ status: "ok" });
    expect(call.phase === "completed" && call.summary.attempts).toBe(0);
  });

  it("has failed to be said where the person hung up before", () => {
    const settle = { type: "settle", id: "timer", at: "2026-01-01T12:01:00.000Z", settleSeconds: 20 } as const;
    const call = run(dialing(), report(5, line("answered")), ended, settle);
    expect(outcomeOf(call)).toEqual({ status: "error", reason: "hung_up" });
  });
});
