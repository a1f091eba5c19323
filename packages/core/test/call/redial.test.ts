import { describe, expect, it } from "vitest";
import type { Call } from "../../src/call/call.ts";
import { asCompleted, callAsSeen } from "../../src/call/call-as-seen.ts";
import { type Command, decide } from "../../src/call/decide.ts";
import { mayDialFromMs } from "../../src/call/dial-time.ts";
import { accept } from "../../src/call/evolve.ts";
import type { Report } from "../../src/call/facts.ts";
import type { CallSpec } from "../../src/contracts/records/spec.ts";
import { asked, at, given, line, report, run } from "./given.ts";

const RETRY = { times: 1, afterSeconds: 60, on: ["busy", "hung_up", "unavailable"], until: at(3_600) };

const retried = (changes: Partial<CallSpec> = {}) => asked({ expiresAt: at(3_600), retry: RETRY, ...changes });

const claimed = (second: number, token: string): Command => ({ type: "start_dial", token, at: at(second) });
const of = (dial: number, second: number, reported: Report): Command =>
  ({ ...report(second, reported), dial }) as Command;
const dialed = (changes: Partial<CallSpec> = {}) =>
  run(accept(retried(changes)), claimed(1, "claim-1"), of(1, 2, { type: "dialed", uuid: "uuid-1" }));
const busy = (dial: number, second: number) => of(dial, second, line("busy"));
/** Busy at the tenth second. */
const again = (changes: Partial<CallSpec> = {}) => run(dialed(changes), busy(1, 10));
const second = (call = again()) => run(call, claimed(80, "claim-2"), of(2, 81, { type: "dialed", uuid: "uuid-2" }));
const cancel: Command = { type: "cancel", id: "cancelled", at: at(20) };
const error = (reason: string) => ({ status: "error", reason });
/** Another dial was to follow, and did not. */
const busyAndNot = (notRedialed: string) => ({ ...error("busy"), notRedialed });

const firstDial = {
  claim: { token: "claim-1", startedAt: at(1) },
  line: { uuid: "uuid-1", ending: "busy" },
  attempts: {},
  outcome: error("busy"),
  againFrom: at(70),
};

describe("a dial that ended as the caller named it", () => {
  it("is followed by another, and is kept with all that is known of it", () => {
    expect(again()).toMatchObject({ phase: "queued", dials: 1, earlierDials: [firstDial] });
    expect(again()).not.toHaveProperty("outcome");
  });

  it("is followed by none before the time that was asked for", () => {
    const now = { spec: retried(), call: again() };
    expect(mayDialFromMs(now, Date.parse(at(10)))).toBe(Date.parse(at(70)));
    expect(mayDialFromMs(now, Date.parse(at(71)))).toBe(Date.parse(at(71)));
  });

  it("is followed by none outside the hours of the number", () => {
    const localTime = { zones: ["Etc/UTC"], from: "12:30", to: "13:00" };
    const call = again({ localTime });
    expect(call).toMatchObject({ earlierDials: [{ againFrom: "2026-01-01T12:30:00.000Z" }] });
    const never = { zones: ["Etc/UTC"], from: "14:00", to: "15:00" };
    expect(again({ localTime: never })).toMatchObject({ phase: "completed", outcome: busyAndNot("expired") });
  });

  it("is what the call ends with where there is no time for another", () => {
    const late = again({ retry: { ...RETRY, until: at(69) } });
    expect(late).toMatchObject({ phase: "completed", outcome: busyAndNot("expired") });
    expect(again({ retry: { ...RETRY, until: at(70) } }).phase).toBe("queued");
  });

  it("is followed by no more of them than were asked for", () => {
    const twice = run(second(), busy(2, 90));
    expect(twice).toMatchObject({ phase: "completed", line: { uuid: "uuid-2" } });
    expect(twice).toHaveProperty("outcome", error("busy"));
    expect(twice).toMatchObject({ earlierDials: [firstDial] });
    expect(run(second(again({ retry: { ...RETRY, times: 2 } })), busy(2, 90)).earlierDials).toHaveLength(2);
  });

  it("is named by the words of a result: a detail of the carrier's stands for itself", () => {
    const unavailable: Report = { type: "leg", status: "unanswered", detail: "unavailable" };
    expect(run(dialed(), of(1, 10, unavailable)).phase).toBe("queued");
    const declined: Report = { type: "leg", status: "busy", detail: "declined" };
    expect(run(dialed(), of(1, 10, declined))).toMatchObject({ phase: "completed" });
  });

  it("may be one of a person who hung up, with the attempts", () => {
    const ended = run(
      dialed(),
      of(1, 5, line("answered")),
      of(1, 8, { type: "digits", attempt: 1, matched: false }),
      of(1, 9, line("completed")),
    );
    given(ended)
      .when({ type: "settle", id: "timer", at: at(29), settleSeconds: 20 })
      .gives([{ type: "redial", outcome: { status: "error", reason: "hung_up" }, from: at(89) }]);
    const call = run(ended, { type: "settle", id: "timer", at: at(29), settleSeconds: 20 });
    expect(call).toMatchObject({ earlierDials: [{ attempts: { 1: false }, attemptTimes: { 1: at(8) } }] });
  });
});

describe("no other dial follows", () => {
  it.each<[string, Call, readonly Command[], object]>([
    ["an end that was not named", dialed(), [of(1, 10, line("failed"))], error("failed")],
    [
      "a wrong PIN",
      dialed(),
      [
        of(1, 4, line("answered")),
        ...[1, 2, 3].map((attempt) => of(1, 5 + attempt, { type: "digits", attempt, matched: false })),
        of(1, 10, line("completed")),
      ],
      { status: "failed" },
    ],
    [
      "the right one",
      dialed(),
      [of(1, 4, { type: "digits", attempt: 1, matched: true }), of(1, 10, line("completed"))],
      { status: "ok" },
    ],
    [
      "a dial of which nobody knows what became",
      run(accept(retried()), claimed(1, "claim-1")),
      [{ type: "close_overdue", id: "deadline", at: at(400), token: "claim-1" }],
      error("dial_unknown"),
    ],
  ])("%s", (_, call, commands, outcome) => {
    const ended = run(call, ...commands);
    expect(ended.phase).toBe("completed");
    expect(ended).toHaveProperty("outcome", outcome);
  });
});

describe("what is reported of an earlier dial", () => {
  const late: Report = { type: "leg", status: "completed", durationSeconds: 0, price: "0.01" };

  it.each<[string, () => Call]>([
    ["before the next one", again],
    ["while that is under way", second],
    ["after the result", () => run(second(), busy(2, 90))],
  ])("is kept with that dial and changes nothing else: %s", (_, call) => {
    const before = call();
    const after = run(before, of(1, 100, late), of(1, 101, { type: "digits", attempt: 1, matched: true }));
    expect(after).toMatchObject({
      phase: before.phase,
      earlierDials: [{ line: { ...firstDial.line, endedAt: at(100), price: "0.01" }, attempts: { 1: true } }],
    });
    const { earlierDials: _earlier, ...rest } = after;
    const { earlierDials: _known, ...known } = before;
    expect(rest).toMatchObject(known);
    if (before.phase === "completed" && after.phase === "completed")
      expect(asCompleted(after)).toMatchObject({ earlierDials: [firstDial] });
  });

  it("does not end the dial that is under way", () => {
    given(second())
      .when(of(1, 90, line("busy")))
      .gives([{ type: "reported", at: at(90), report: line("busy"), dial: 1 }]);
  });

  it("is nothing where there was no such dial", () => {
    expect(run(dialed(), busy(2, 10))).toEqual(dialed());
  });
});

describe("a call that waits to be dialed again", () => {
  it.each<[string, Command, object]>([
    ["as cancelled by whoever cancels it", cancel, error("cancelled")],
    [
      "as its last dial did, and as expired, when it expires",
      { type: "end_queued", id: "over", at: at(20), reason: "expired" },
      busyAndNot("expired"),
    ],
    [
      "as its last dial did, with the refusal, when the credential of its batch is refused",
      { type: "end_queued", id: "over", at: at(20), reason: "credential_rejected" },
      busyAndNot("credential_rejected"),
    ],
    [
      "as cancelled with its batch",
      { type: "end_queued", id: "over", at: at(20), reason: "cancelled" },
      error("cancelled"),
    ],
  ])("is completed %s, with that dial as its last", (_, command, outcome) => {
    const call = run(again(), command);
    expect(call).toMatchObject({ phase: "completed", line: firstDial.line, summary: { uuid: "uuid-1" } });
    expect(call).toHaveProperty("outcome", outcome);
    expect(call).not.toHaveProperty("earlierDials");
    expect(callAsSeen({ spec: retried(), call }).dials).toEqual([
      { at: at(1), uuid: "uuid-1", ended_as: "busy", duration_seconds: undefined, price: undefined },
    ]);
  });

  it("is not given up: its timer has it dialed", () => {
    given(again())
      .when({ type: "give_up", id: "dead", at: at(20) })
      .gives({ refused: "dialed" });
  });

  it("is not closed by the deadline of its earlier dial, and neither is the next one", () => {
    const deadline: Command = { type: "close_overdue", id: "deadline", at: at(400), token: "claim-1" };
    given(again()).when(deadline).gives({ refused: "superseded" });
    given(second()).when(deadline).gives({ refused: "superseded" });
  });

  it.each(["credential_rejected", "invalid_number", "dial_refused"] as const)(
    "ends as its last dial did, and says why, if the next one is refused: %s",
    (reason) => {
      const refused = run(again(), claimed(80, "claim-2"), of(2, 81, { type: "dial_failed", reason }));
      expect(refused).toMatchObject({ phase: "completed", line: firstDial.line });
      expect(refused).toHaveProperty("outcome", busyAndNot(reason));
      expect(callAsSeen({ spec: retried(), call: refused })).toMatchObject({ reason: "busy", not_redialed: reason });
    },
  );

  it("is seen with each of its dials, and when the next one comes", () => {
    expect(callAsSeen({ spec: retried(), call: again() })).toMatchObject({
      state: "queued",
      dials: [{ at: at(1), uuid: "uuid-1", ended_as: "busy", reason: "busy", attempts: [] }],
      next_dial_at: at(70),
    });
    const ended = run(second(), of(2, 90, { type: "leg", status: "busy", price: "0.02" }));
    expect(callAsSeen({ spec: retried(), call: ended })).toMatchObject({
      status: "error",
      reason: "busy",
      dials: [
        { at: at(1), uuid: "uuid-1", reason: "busy" },
        { at: at(80), uuid: "uuid-2", ended_as: "busy", price: "0.02" },
      ],
    });
  });
});

describe("a call that is cancelled while it is dialed", () => {
  it("is not dialed again, however that ends", () => {
    given(dialed())
      .when(cancel)
      .gives([{ type: "redials_ended", reason: "cancelled" }]);
    const ended = run(dialed(), cancel, busy(1, 30));
    expect(ended).toMatchObject({ phase: "completed", outcome: busyAndNot("cancelled") });
    given(run(dialed(), cancel)).when(cancel).gives({ refused: "dialed" });
  });

  it("says nothing of another dial where none would have followed", () => {
    const last = run(second(), cancel, busy(2, 90));
    expect(last).toHaveProperty("outcome", error("busy"));
    const failed = run(dialed(), cancel, of(1, 30, line("failed")));
    expect(failed).toHaveProperty("outcome", error("failed"));
  });

  it("says so, too, where the credential of its batch was refused meanwhile", () => {
    const over: Command = { type: "end_queued", id: "over", at: at(20), reason: "credential_rejected" };
    expect(run(dialed(), over, busy(1, 30))).toHaveProperty("outcome", busyAndNot("credential_rejected"));
  });

  it("is not told so where nobody asked for another dial", () => {
    const { retry: _retry, ...once } = retried();
    const call = run(accept(once), claimed(1, "claim-1"));
    expect(decide(cancel, call)).toEqual({ refused: "dialed" });
  });
});
