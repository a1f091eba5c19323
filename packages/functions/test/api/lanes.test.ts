import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lanesOf } from "../../src/api/lanes.ts";

describe("the lanes of a batch", () => {
  it("are one, as long as one invocation can dial a second's calls together", () => {
    expect(lanesOf({ count: 600, callsPerSecond: 3 })).toEqual([{ next: 0, until: 3, end: 600, lanes: 1 }]);
    expect(lanesOf({ count: 600, callsPerSecond: 30 })).toEqual([{ next: 0, until: 30, end: 600, lanes: 1 }]);
    expect(lanesOf({ count: 2, callsPerSecond: 1 / 8 })).toEqual([{ next: 0, until: 1, end: 2, lanes: 1 }]);
  });

  it("are as many as that needs, of one length, and no faster together than the pace", () => {
    expect(lanesOf({ count: 100, callsPerSecond: 70 })).toEqual([
      { next: 0, until: 23, end: 33, lanes: 3 },
      { next: 33, until: 56, end: 66, lanes: 3 },
      { next: 66, until: 89, end: 100, lanes: 3 },
    ]);
  });

  it("have every call in one of them, and no step faster than the pace", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), fc.integer({ min: 1, max: 1_000 }), (count, callsPerSecond) => {
        const lanes = lanesOf({ count, callsPerSecond });
        expect(lanes.map(({ next }) => next)).toEqual([0, ...lanes.slice(0, -1).map(({ end }) => end)]);
        expect(lanes.at(-1)?.end).toBe(count);
        for (const { next, until, end } of lanes) expect([next < until, until <= end]).toEqual([true, true]);
        const together = lanes.reduce((sum, { next, until }) => sum + until - next, 0);
        expect(together).toBeLessThanOrEqual(callsPerSecond);
      }),
    );
  });
});
