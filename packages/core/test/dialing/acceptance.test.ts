import { describe, expect, it } from "vitest";
import { planAcceptance } from "../../src/dialing/acceptance.ts";
import { estimateOf, estimateOfBatch } from "../../src/dialing/estimate.ts";
import { type Loop, MOST_BATCHES, newLoop } from "../../src/dialing/loop.ts";
import { AT_MS, batch, working } from "./given.ts";

const HOUR_MS = 3_600_000;

const ask = (wanted: Partial<Parameters<typeof planAcceptance>[0]>, loop: Loop = newLoop()) =>
  planAcceptance(
    { kind: "batch", count: 1, isAtomic: false, startMs: AT_MS, byMs: AT_MS + HOUR_MS, ...wanted },
    { loop, nowMs: AT_MS },
  );

/** As seconds from now. */
const seconds = (ms: number) => (ms - AT_MS) / 1_000;

describe("a batch for an owner at rest", () => {
  it("is dialed from now on, three calls every 1.025 s", () => {
    expect(ask({ count: 600 })).toEqual({
      kind: "accepted",
      fits: 600,
      firstMs: AT_MS,
      lastMs: AT_MS + 199 * 1_025,
    });
  });

  it("is accepted as far as it is over a step before its time", () => {
    // Steps at 0, 1.025, 2.05 and 3.075 s are early enough for 5 s without one step.
    expect(ask({ count: 100, byMs: AT_MS + 5_000 })).toMatchObject({ kind: "accepted", fits: 12 });
  });

  it("is refused as a whole where it has to be, with the time that it would take", () => {
    const refused = ask({ count: 100, byMs: AT_MS + 5_000, isAtomic: true });
    expect(refused).toEqual({ kind: "too_late", fits: 12, firstMs: AT_MS, lastMs: AT_MS + 33 * 1_025 });
  });

  it("is measured by the pace that was agreed, however slow it is at the moment", () => {
    const slow = { ...newLoop(), currentCallsPerSecond: 1 / 8 };
    expect(ask({ count: 8_000 }, slow)).toMatchObject({ kind: "accepted", fits: 8_000 });
  });
});

describe("a batch beside others", () => {
  const beside = (count: number, changes = {}) => working({ batches: { a: batch(count, changes) } });

  it("shares the pace with them", () => {
    const { firstMs, lastMs } = estimateOf({ count: 300, startMs: AT_MS }, { loop: beside(600), nowMs: AT_MS });
    expect([seconds(firstMs), Math.round(seconds(lastMs))]).toEqual([0, 204]);
  });

  it("makes none of them late", () => {
    const loop = beside(600, { expiryMs: AT_MS + 300_000 });
    const accepted = ask({ count: 10_000 }, loop);
    // Without it the other needs 204 s of its 300; what comes beside it may take 96 s of them.
    expect(accepted).toMatchObject({ kind: "accepted" });
    expect("fits" in accepted && accepted.fits).toBeLessThan(300);
    expect("fits" in accepted && accepted.fits).toBeGreaterThan(200);
  });

  it("takes nothing from a paused one", () => {
    expect(ask({ count: 300 }, beside(6_000, { paused: true }))).toMatchObject({ lastMs: AT_MS + 99 * 1_025 });
  });

  it("is refused where fifty are under way, with the time when one should be over", () => {
    const batches = Object.fromEntries(Array.from({ length: MOST_BATCHES }, (_, index) => [`b${index}`, batch(60)]));
    expect(ask({ count: 1 }, working({ batches }))).toEqual({ kind: "too_many_batches", retryAfterSeconds: 1_000 });
  });

  it("has an estimate while it is under way", () => {
    expect(seconds(estimateOfBatch("a", { loop: beside(600, { from: 300 }), nowMs: AT_MS }))).toBe(99 * 1.025);
  });
});

describe("a single call", () => {
  it("is accepted behind a batch of its own application that takes an hour", () => {
    const loop = working({ batches: { a: batch(10_000) } });
    expect(ask({ kind: "single", byMs: AT_MS + 5_000 }, loop)).toMatchObject({ kind: "accepted", firstMs: AT_MS });
  });

  it("waits for the single calls before it", () => {
    const loop = working({ arrivals: 30, departures: 0 });
    expect(ask({ kind: "single" }, loop)).toMatchObject({ firstMs: AT_MS + 10 * 1_025 });
  });

  it("is refused where those before it take longer than it may wait", () => {
    const loop = working({ arrivals: 300, departures: 0 });
    expect(ask({ kind: "single", byMs: AT_MS + 60_000 }, loop)).toMatchObject({ kind: "too_late", fits: 0 });
  });
});
