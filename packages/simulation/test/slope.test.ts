import { describe, expect, it } from "vitest";
import { directed } from "./directed.ts";

/** So much of what the carrier has agreed to. */
const SLOPE = 0.97;

/** Of all calls: their ways to the carrier are not equally long. */
const REFUSED = 0.005;

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe("batches of two applications of one account", () => {
  it.each([
    { callsPerSecond: 3, count: 300 },
    { callsPerSecond: 30, count: 600 },
    { callsPerSecond: 100, count: 500 },
  ])("are dialed at 97 % of $callsPerSecond calls a second, and none too fast", async (given) => {
    const { callsPerSecond, count } = given;
    const { history, askForBatch, play } = await directed({ callsPerSecond });
    for (const _ of [1, 2]) askForBatch(count);
    await play();
    const times = [...history.dials.values()].flat().toSorted((one, other) => one - other);
    expect(times).toHaveLength(2 * count);
    expect(history.limits.dial).toBeLessThanOrEqual(REFUSED * times.length);
    // What the carrier has refused comes after the last step that is full.
    const full = times.length - history.limits.dial - callsPerSecond;
    // From the middle of the second step to that of the last: the first one begins when it can, and within a step calls
    // have ways that are not equally long.
    const middleMs = (from: number) => mean(times.slice(from, from + callsPerSecond));
    const calls = full - 2 * callsPerSecond;
    const seconds = (middleMs(full - callsPerSecond) - middleMs(callsPerSecond)) / 1_000;
    expect(calls / seconds / callsPerSecond).toBeGreaterThanOrEqual(SLOPE);
  });
});
