import { describe, expect, it } from "vitest";
import { hasFallen, weightOf } from "../../src/guard/breaker.ts";
import { GUARD } from "./given.ts";

describe("completion of calls to a destination", () => {
  it.each([
    [9, 0, false],
    [10, 0, true],
    [10, 1, true],
    [10, 2, false],
    [100, 19, true],
    [100, 20, false],
  ])("of %s calls, of which %s were completed: fallen is %s", (calls, completed, fallen) => {
    expect(hasFallen({ calls, completed }, GUARD.breaker)).toBe(fallen);
  });
});

describe("a call of a route", () => {
  const tids = Array.from({ length: 1_000 }, (_, index) => `0b7e-${index.toString(16).padStart(4, "0")}`);
  const weights = (isCompleted: boolean, leastCalls: number) =>
    tids.map((tid) => weightOf({ tid, isCompleted }, { ...GUARD.breaker, leastCalls }));

  it.each([10, 100, 1_000_000])(
    "counts as one where it is not completed, and at least %s calls decide",
    (leastCalls) => {
      expect(weights(false, leastCalls)).toEqual(tids.map(() => 1));
    },
  );

  it.each([
    [10, 1_000, 1],
    [49, 1_000, 1],
    [50, 500, 2],
    [100, 250, 4],
    [1_000_000, 250, 4],
  ])("that is completed, where at least %s decide, counts in %s of 1,000, for %s each", (leastCalls, count, each) => {
    expect(weights(true, leastCalls).filter((weight) => weight > 0)).toEqual(Array.from({ length: count }, () => each));
  });
});
