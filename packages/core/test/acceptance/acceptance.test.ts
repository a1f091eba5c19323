import { describe, expect, it } from "vitest";
import { dialWindowOf, planAcceptance } from "../../src/acceptance/acceptance.ts";
import { PRIORITIES, type Priority } from "../../src/contracts/priority.ts";
import { estimateOf, estimateOfBatch } from "../../src/dialing/estimate.ts";
import { type Loop, MOST_BATCHES_OF_LOOP, newLoop } from "../../src/dialing/loop.ts";
import { AT_MS, batch, working } from "../dialing/given.ts";

const HOUR_MS = 3_600_000;

const window = dialWindowOf({ expires_in: 3_600 }, new Date(AT_MS));

type Wanted = Parameters<typeof planAcceptance>[0];

const wish = (wanted: Partial<Wanted>): Wanted => ({
  kind: "batch",
  count: 1,
  isAtomic: false,
  window,
  credentialUntilMs: Number.POSITIVE_INFINITY,
  ...wanted,
});

const ask = ({ byMs = AT_MS + HOUR_MS, ...wanted }: Partial<Wanted> & { byMs?: number }, loop: Loop = newLoop()) =>
  planAcceptance(wish({ credentialUntilMs: byMs, ...wanted }), { loop, nowMs: AT_MS });

/** What is decided of those that are accepted, beside when they are dialed. */
const decided = { callsPerSecond: 3, isAhead: false };

/** As seconds from now. */
const seconds = (ms: number) => (ms - AT_MS) / 1_000;

describe("a batch for an owner at rest", () => {
  it("is dialed from now on, three calls every 1.028 s", () => {
    expect(ask({ count: 600 })).toEqual({
      kind: "accepted",
      slots: { ...decided, fits: 600, fromMs: AT_MS, lastMs: AT_MS + 199 * 1_028 },
      byMs: AT_MS + HOUR_MS,
    });
  });

  it("is accepted up to the calls that are dialed one step before its expiry", () => {
    // Steps at 0, 1.028, 2.056 and 3.084 s are early enough for 5 s without one step.
    expect(ask({ count: 100, byMs: AT_MS + 5_000 })).toMatchObject({
      kind: "accepted",
      slots: { fits: 12 },
      byMs: AT_MS + 5_000,
    });
  });

  it("is refused as a whole when it is atomic, with the time it would need", () => {
    const refused = ask({ count: 100, byMs: AT_MS + 5_000, isAtomic: true });
    expect(refused).toEqual({
      kind: "too_late",
      fits: 12,
      callsPerSecond: 3,
      firstMs: AT_MS,
      lastMs: AT_MS + 33 * 1_028,
      expiresInNeededSeconds: 36,
      retryAfterSeconds: 1,
    });
  });

  it("is planned at the agreed pace, even while the pace is slowed", () => {
    const slow = { ...newLoop(), currentCallsPerSecond: 1 / 8 };
    expect(ask({ count: 8_000 }, slow)).toMatchObject({ kind: "accepted", slots: { fits: 8_000 } });
  });
});

describe("a batch beside others", () => {
  const beside = (count: number, changes = {}) => working({ batches: { a: batch(count, changes) } });

  it("shares the pace with them", () => {
    const { firstMs, lastMs } = estimateOf({ count: 300, startMs: AT_MS }, { loop: beside(600), nowMs: AT_MS });
    expect([seconds(firstMs), Math.round(seconds(lastMs))]).toEqual([0, 205]);
  });

  it("makes no accepted batch late", () => {
    const loop = beside(600, { expiryMs: AT_MS + 300_000 });
    const accepted = ask({ count: 10_000 }, loop);
    // Without it the other needs 204 s of its 300; what comes beside it may take 96 s of them.
    expect(accepted).toMatchObject({ kind: "accepted" });
    const fits = accepted.kind === "accepted" ? accepted.slots.fits : 0;
    expect(fits).toBeLessThan(300);
    expect(fits).toBeGreaterThan(200);
  });

  it("does not count paused batches", () => {
    expect(ask({ count: 300 }, beside(6_000, { paused: true }))).toMatchObject({
      slots: { lastMs: AT_MS + 99 * 1_028 },
    });
  });

  it("is refused beside fifty others, with the time when one should be over", () => {
    const batches = Object.fromEntries(
      Array.from({ length: MOST_BATCHES_OF_LOOP }, (_, index) => [`b${index}`, batch(60)]),
    );
    expect(ask({ count: 1 }, working({ batches }))).toEqual({ kind: "too_many_batches", retryAfterSeconds: 1_000 });
  });

  it("has an estimate while it is under way", () => {
    expect(seconds(estimateOfBatch("a", { loop: beside(600, { from: 300 }), nowMs: AT_MS }))).toBe(99 * 1.028);
  });
});

describe("a single call", () => {
  it("is accepted beside a batch that takes an hour", () => {
    const loop = working({ batches: { a: batch(10_000) } });
    expect(ask({ kind: "call", byMs: AT_MS + 5_000 }, loop)).toMatchObject({
      kind: "accepted",
      slots: { fits: 1, fromMs: AT_MS },
    });
  });

  it("waits for the single calls before it", () => {
    const loop = working({ arrivals: 30, departures: 0 });
    expect(ask({ kind: "call" }, loop)).toMatchObject({ slots: { fromMs: AT_MS + 10 * 1_028 } });
  });

  it("is refused when the calls before it take longer than it may wait", () => {
    const loop = working({ arrivals: 300, departures: 0 });
    expect(ask({ kind: "call", byMs: AT_MS + 60_000 }, loop)).toMatchObject({ kind: "too_late", fits: 0 });
  });
});

describe("a call with a priority", () => {
  const HIGH = { highTo: 300 };
  const lastOf = (priority: Priority, loop: Loop) => {
    const plan = ask({ kind: "call", priorities: [priority] }, loop);
    return plan.kind === "accepted" ? seconds(plan.slots.lastMs) / 1.028 : plan;
  };

  it.each<[string, Loop, Record<Priority, number>]>([
    ["normal batch", working({ batches: { a: batch(300) } }), { high: 0, normal: 0, low: 100 }],
    ["urgent batch", working({ batches: { a: batch(300, HIGH) } }), { high: 0, normal: 0, low: 100 }],
    ["patient batch", working({ batches: { a: batch(300, { lowFrom: 0 }) } }), { high: 0, normal: 0, low: 0 }],
    [
      "mixed batch",
      working({ batches: { a: batch(300, { highTo: 30, lowFrom: 60 }) } }),
      { high: 0, normal: 0, low: 20 },
    ],
    ["normal single calls", working({ arrivals: 30 }), { high: 0, normal: 10, low: 10 }],
    ["urgent single calls", working({ arrivals: 30, arrivalsHigh: 30 }), { high: 10, normal: 10, low: 10 }],
    ["patient single calls", working({ arrivals: 30, arrivalsLow: 30 }), { high: 0, normal: 0, low: 10 }],
    [
      "single calls of all priorities, and a normal batch",
      working({ arrivals: 30, arrivalsHigh: 12, arrivalsLow: 9, batches: { a: batch(300) } }),
      // Twelve urgent ones, then every third call; and behind all of the batch, the others and those like it.
      { high: 4, normal: 13, low: 116 },
    ],
  ])("waits for what goes before it beside a %s", (_, loop, steps) => {
    for (const priority of PRIORITIES) expect([priority, lastOf(priority, loop)]).toEqual([priority, steps[priority]]);
  });

  it("is dialed among its batch by that, and what is less urgent behind it", () => {
    const priorities: Priority[] = [...new Array(30).fill("high"), ...new Array(60).fill("normal")];
    const alone = ask({ count: 90, priorities }, newLoop());
    const beside = ask({ count: 90, priorities }, working({ batches: { a: batch(300) } }));
    const slots = [alone, beside].map((plan) => (plan.kind === "accepted" ? plan.slots : undefined));
    expect(slots.map((one) => [one?.fits, seconds(one?.fromMs ?? 0)])).toEqual([
      [90, 0],
      [90, 0],
    ]);
    // Alone 90 calls; beside the batch, 60 of that as well.
    expect(slots.map((one) => Math.round(seconds(one?.lastMs ?? 0) / 1.028))).toEqual([29, 49]);
  });
});

describe("a plan", () => {
  it("lasts as long as the calls are wanted, or as the credential serves, whichever is shorter", () => {
    const until = (credentialUntilMs: number) =>
      planAcceptance(wish({ credentialUntilMs }), { loop: newLoop(), nowMs: AT_MS });
    expect(until(Number.POSITIVE_INFINITY)).toMatchObject({ byMs: AT_MS + HOUR_MS });
    expect(until(AT_MS + 60_000)).toMatchObject({ byMs: AT_MS + 60_000 });
  });

  it("is for a time ahead where that is asked for", () => {
    const sendAt = new Date(AT_MS + HOUR_MS).toISOString();
    const ahead = dialWindowOf({ expires_in: 60, send_at: sendAt }, new Date(AT_MS));
    expect(ahead).toEqual({
      acceptedAt: new Date(AT_MS).toISOString(),
      startMs: AT_MS + HOUR_MS,
      sinceMs: AT_MS + HOUR_MS,
      isAhead: true,
      expiresAt: new Date(AT_MS + HOUR_MS + 60_000).toISOString(),
    });
    expect(ask({ kind: "call", window: ahead, byMs: AT_MS + 2 * HOUR_MS })).toEqual({
      kind: "accepted",
      slots: { ...decided, isAhead: true, fits: 1, fromMs: AT_MS + HOUR_MS, lastMs: AT_MS + HOUR_MS },
      byMs: AT_MS + HOUR_MS + 60_000,
    });
  });

  it("for a time that is over is for now", () => {
    const sendAt = new Date(AT_MS - 1_000).toISOString();
    expect(dialWindowOf({ expires_in: 3_600, send_at: sendAt }, new Date(AT_MS))).toEqual(window);
  });

  it("comes to the same when its request is repeated, however late that is", () => {
    const placed = { ...decided, fits: 3, fromMs: AT_MS - 2 * HOUR_MS, lastMs: AT_MS - HOUR_MS };
    expect(planAcceptance(wish({ count: 5, isAtomic: true }), { slots: placed })).toEqual({
      kind: "accepted",
      slots: placed,
      byMs: AT_MS + HOUR_MS,
    });
  });
});
