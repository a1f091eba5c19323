import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { callsOfStep, type Loop, recentAt, STEP_MS } from "../../src/dialing/loop.ts";
import { startBy } from "../../src/dialing/start.ts";
import { needsWatchdog, tickOf } from "../../src/dialing/step.ts";
import { AT_MS, batch, calls, plan, single, singles, working } from "./given.ts";

describe("a tick", () => {
  it("does nothing to a loop at rest", () => {
    const { dueMs: _due, ...atRest } = working();
    expect(tickOf(atRest, { step: 12, nowMs: AT_MS })).toEqual({ kind: "at_rest" });
  });

  it.each([11, 13, -1])("of step %i does nothing when another step is next", (step) => {
    expect(tickOf(working(), { step, nowMs: AT_MS })).toEqual({ kind: "stale", isLost: false });
  });

  it("finds a loop lost whose next step is ten seconds overdue", () => {
    expect(tickOf(working(), { step: 11, nowMs: AT_MS + 10_001 })).toEqual({ kind: "stale", isLost: true });
  });

  it("is sent on when its step is far ahead", () => {
    expect(tickOf(working(), { step: 12, nowMs: AT_MS - 5_000 })).toEqual({ kind: "early", leftMs: 5_000 });
  });

  it("claims its step no more than 400 ms before it is due", () => {
    expect(tickOf(working(), { step: 12, nowMs: AT_MS - 900 })).toEqual({ kind: "due", claimAtMs: AT_MS - 400 });
  });

  it("needs a new watchdog when the last one arrives too soon", () => {
    expect(needsWatchdog(working({ watchedUntilMs: AT_MS + 44_999 }), AT_MS)).toBe(true);
    expect(needsWatchdog(working({ watchedUntilMs: AT_MS + 45_000 }), AT_MS)).toBe(false);
  });
});

describe("a step", () => {
  it("takes three calls of a batch, keeps the index of the first, and schedules the next step", () => {
    const { batches, next, rests } = plan(working({ batches: { a: batch(10, { from: 3 }) } }), {
      queued: { a: calls(4, 3) },
    });
    expect(batches).toEqual([{ batchId: "a", indices: [3, 4, 5] }]);
    expect(rests).toBe(false);
    expect(next).toMatchObject({
      version: 6,
      step: 13,
      claimedBy: "token",
      dueMs: AT_MS + STEP_MS,
      freeMs: AT_MS + STEP_MS,
      batches: { a: batch(10, { from: 3 }) },
    });
  });

  it("skips calls that are no longer queued, without using up room", () => {
    const { batches } = plan(working({ batches: { a: batch(9) } }), {
      queued: { a: { indices: [2, 5, 8], readTo: 9 } },
    });
    expect(batches).toEqual([{ batchId: "a", indices: [2, 5, 8] }]);
  });

  it("continues after the calls it read when none of them is queued", () => {
    const { next, rests } = plan(working({ batches: { a: batch(1_000) } }), {
      queued: { a: { indices: [], readTo: 500 } },
    });
    expect([next.batches.a?.from, rests]).toEqual([500, false]);
  });

  it("removes a batch without queued calls, and rests when nothing is left", () => {
    const { next, rests } = plan(working({ arrivals: 7, batches: { a: batch(3) } }), {
      queued: { a: { indices: [], readTo: 3 } },
    });
    expect([rests, next.batches, next.dueMs, next.served]).toEqual([true, {}, undefined, 7]);
  });

  it("takes a waiting single call first, beside a batch", () => {
    const { singles: taken, batches } = plan(working({ sinceSingle: 2, batches: { a: batch(9) } }), {
      waiting: singles(5),
      queued: { a: calls(4) },
    });
    expect([taken, batches]).toEqual([["single 0"], [{ batchId: "a", indices: [0, 1] }]]);
  });

  it("takes only single calls when no batch has anything to dial", () => {
    expect(plan(working(), { waiting: singles(5) }).singles).toEqual(["single 0", "single 1", "single 2"]);
  });

  it("gives single calls every third call beside a batch, at a pace of one a second too", () => {
    const taken: string[] = [];
    let loop = working({ callsPerSecond: 1, currentCallsPerSecond: 1, batches: { a: batch(99) } });
    for (let step = 0; step < 9; step += 1) {
      const planned = plan(loop, { waiting: singles(9), queued: { a: calls(2, step) } });
      taken.push(planned.singles.length > 0 ? "single" : "batch");
      loop = { ...planned.next, dueMs: AT_MS, recentMs: [] };
    }
    expect(taken).toEqual(["batch", "batch", "single", "batch", "batch", "single", "batch", "batch", "single"]);
  });

  it("serves batches in turn, from step to step", () => {
    const batches = { a: batch(9), b: batch(9) };
    const first = plan(working({ batches }), { queued: { a: calls(4), b: calls(4) } });
    expect(first.batches).toEqual([
      { batchId: "a", indices: [0, 1] },
      { batchId: "b", indices: [0] },
    ]);
    const second = plan(first.next, { queued: { a: calls(4, 2), b: calls(4, 1) } });
    expect(second.batches).toEqual([
      { batchId: "b", indices: [1, 2] },
      { batchId: "a", indices: [2] },
    ]);
  });

  it("leaves room for calls that were dialed just before it", () => {
    const { batches } = plan(working({ recentMs: [AT_MS - 500, AT_MS - 1_400], batches: { a: batch(9) } }), {
      queued: { a: calls(4) },
    });
    expect(batches).toEqual([{ batchId: "a", indices: [0, 1] }]);
  });

  it("that finds no room is followed by none before there is some, however many calls come to wait meanwhile", () => {
    const recentMs = [500, 400, 300].map((agoMs) => AT_MS - agoMs);
    const { singles: taken, next } = plan(working({ recentMs }), { waiting: singles(1) });
    expect(taken).toEqual([]);
    const nowMs = AT_MS + 50;
    const start = startBy(next, { atMs: nowMs, nowMs });
    expect(start).toEqual({ kind: "starts", dueMs: AT_MS - 500 + 1_308 });
    const pulled = { ...next, dueMs: AT_MS - 500 + 1_308 };
    expect(startBy(pulled, { atMs: nowMs + 100, nowMs: nowMs + 100 })).toMatchObject({ kind: "runs" });
    expect(recentAt(pulled, pulled.dueMs)).toHaveLength(2);
  });

  it("passes a paused batch over, and is scheduled for its expiry", () => {
    const expiryMs = AT_MS + 600_000;
    const { batches, next, rests } = plan(working({ batches: { a: batch(9, { paused: true, expiryMs }) } }));
    expect([batches, rests, next.dueMs]).toEqual([[], true, expiryMs + 1]);
  });

  it("rests until the time of a batch or call that is to be dialed later", () => {
    const startMs = AT_MS + 60_000;
    const notBeforeMs = AT_MS + 30_000;
    const waits = plan(working({ batches: { a: batch(9, { startMs }) } }), {
      waiting: [single("later", { notBeforeMs })],
    });
    expect([waits.singles, waits.rests, waits.next.dueMs]).toEqual([[], true, notBeforeMs]);
  });

  it("finds expired batches and calls", () => {
    const expiryMs = AT_MS - 1;
    const {
      expired,
      expiredBatches,
      singles: taken,
      next,
    } = plan(working({ batches: { a: batch(9, { expiryMs }) } }), {
      waiting: [single("late", { expiryMs })],
    });
    expect([expired.map(({ tid }) => tid), expiredBatches, taken, next.batches]).toEqual([["late"], ["a"], [], {}]);
  });

  it("takes a call that waits twice only once, at its later time", () => {
    const twice = [single("call"), single("call", { notBeforeMs: AT_MS + 2_000 })];
    const { singles: taken, over } = plan(working(), { waiting: twice });
    expect([taken, over]).toEqual([[], [twice[0]]]);
  });

  it("counts the single calls that left the loop", () => {
    const waiting = [...singles(5), single("over", { state: "over" })];
    expect(plan(working({ arrivals: 20 }), { waiting }).next.departures).toBe(18);
  });

  it("never takes more than its room, nor a call twice, nor leaves room unused while there are calls", () => {
    const loops = fc.record({
      callsPerSecond: fc.constantFrom(0.5, 1, 2, 3, 30, 100),
      sizes: fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 6 }),
      waiting: fc.integer({ min: 0, max: 40 }),
      recent: fc.array(fc.integer({ min: 1, max: 3_000 }), { maxLength: 5 }),
      sinceSingle: fc.integer({ min: 0, max: 2 }),
    });
    fc.assert(
      fc.property(loops, ({ callsPerSecond, sizes, waiting, recent, sinceSingle }) => {
        const batches = Object.fromEntries(sizes.map((size, index) => [`batch ${index}`, batch(Math.max(1, size))]));
        const loop: Loop = working({
          callsPerSecond,
          currentCallsPerSecond: callsPerSecond,
          sinceSingle,
          batches,
          recentMs: recent.map((agoMs) => AT_MS - agoMs),
        });
        const queued = Object.fromEntries(sizes.map((size, index) => [`batch ${index}`, calls(size)]));
        const planned = plan(loop, { waiting: singles(waiting), queued });
        const taken = [
          ...planned.singles,
          ...planned.batches.flatMap(({ batchId, indices }) => indices.map((index) => `${batchId} ${index}`)),
        ];
        const room = Math.max(0, callsOfStep(callsPerSecond) - planned.next.recentMs.length);
        const offered = waiting + sizes.reduce((sum, size) => sum + size, 0);
        expect(new Set(taken).size).toBe(taken.length);
        expect(taken.length).toBe(Math.min(room, offered));
      }),
    );
  });
});

describe("calls that are over, and still on the list of those that wait", () => {
  it.each([
    [false, false],
    [true, true],
  ])("hide no other behind them: where the list is whole (%s), the loop rests", (isAllListed, rests) => {
    const waiting = [single("over", { state: "over" })];
    expect(plan(working(), { waiting, isAllListed })).toMatchObject({ over: waiting, rests });
  });
});

describe("a call that may not be dialed yet", () => {
  const later = single("later", { batch: { id: "a", index: 1 }, notBeforeMs: AT_MS + 60_000 });

  it("waits by itself, and its batch goes on past it", () => {
    const { batches, held, next, rests } = plan(working({ batches: { a: batch(3) } }), {
      queued: { a: { indices: [2], readTo: 3, held: [later] } },
    });
    expect([batches, held, rests]).toEqual([[{ batchId: "a", indices: [2] }], [later], false]);
    expect(next.batches.a?.from).toBe(2);
  });

  it("keeps no batch in the loop, which rests until its time", () => {
    const { next, rests, doneBatches } = plan(working({ batches: { a: batch(3) } }), {
      queued: { a: { indices: [], readTo: 3, held: [later] } },
    });
    expect([next.batches, next.dueMs, rests, doneBatches]).toEqual([{}, AT_MS + 60_000, true, ["a"]]);
  });

  it("waits on under another time when it was to be looked at too early, beside others that may", () => {
    const early = single("early", { fromMs: AT_MS + 60_000 });
    const { singles: taken, held, over } = plan(working(), { waiting: [early, single("ready")] });
    expect(taken).toEqual(["ready"]);
    expect(held).toEqual([{ ...early, notBeforeMs: AT_MS + 60_000 }]);
    expect(over).toEqual([early]);
  });

  it("is looked at again when it expires, where that comes before its time", () => {
    const early = single("early", { fromMs: Number.POSITIVE_INFINITY });
    expect(plan(working(), { waiting: [early] }).held).toMatchObject([{ notBeforeMs: early.expiryMs + 1 }]);
  });

  it("is dialed by its batch alone, where that finds it as well", () => {
    const { singles: taken, batches } = plan(working({ batches: { a: batch(2) } }), {
      waiting: [single("second", { batch: { id: "a", index: 1 } })],
      queued: { a: calls(2) },
    });
    expect([taken, batches]).toEqual([[], [{ batchId: "a", indices: [0, 1] }]]);
  });
});
