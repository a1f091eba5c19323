import { STEP_SPREAD_MS } from "@promptcall/core/dialing/loop";
import { describe, expect, it } from "vitest";
import { dialer } from "../../src/dialer/dial.ts";
import { batchFixture, numberAt } from "../batch-given.ts";
import { at } from "../given.ts";

describe("a step of a loop", () => {
  it("fans more than 20 calls out to messages of as many, each call with a moment of its own", async () => {
    const fixture = await batchFixture({ count: 200, loop: { callsPerSecond: 70, currentCallsPerSecond: 70 } });
    const logged = await dialer(fixture)(fixture.message);
    expect(logged).toMatchObject([{ event: "loop.handed_on", calls: 70 }]);
    expect(fixture.carrier.placed).toEqual([]);
    const parts = fixture.dial.sent.filter((sent) => sent.type === "part");
    expect(parts.map(({ batches }) => batches.map(({ indices }) => indices.length))).toEqual([[20], [20], [20], [10]]);
    // The calls wait at once, each for a moment of its own: a clock that stands still keeps none of them.
    const dialedMs: number[] = [];
    for (const part of parts) {
      const waitsMs: number[] = [];
      const clock = { now: () => new Date(at(0)), waitUntil: async (timeMs: number) => void waitsMs.push(timeMs) };
      await dialer({ ...fixture, clock })(part);
      // Each is claimed before it is dialed.
      dialedMs.push(...waitsMs.slice(waitsMs.length / 2));
    }
    expect(fixture.carrier.placed.map(({ call }) => call.to).toSorted()).toEqual(
      Array.from({ length: 70 }, (_, index) => numberAt(index)),
    );
    // The parts share out the time of the whole step.
    expect(new Set(dialedMs).size).toBe(70);
    const [first, last] = [Math.min(...dialedMs), Math.max(...dialedMs)];
    expect(first).toBe(Math.min(...parts.map((part) => Date.parse(part.at))));
    expect((last - first) / STEP_SPREAD_MS).toBeGreaterThan(0.9);
    expect((last - first) / STEP_SPREAD_MS).toBeLessThan(1);
  });
});
