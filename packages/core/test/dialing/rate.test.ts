import { describe, expect, it } from "vitest";
import { type Loop, newLoop } from "../../src/dialing/loop.ts";
import { recovered, slowed } from "../../src/dialing/rate.ts";
import { AT_MS } from "./given.ts";

/** The carrier refuses calls from one second to the next. */
function refusedFor(seconds: number, loop: Loop = newLoop()): Loop {
  let refused = slowed(loop, AT_MS);
  for (let second = 1; second <= seconds; second += 1) refused = slowed(refused, AT_MS + second * 1_000);
  return refused;
}

describe("the pace of a loop", () => {
  it("is halved by refusals that go on", () => {
    expect(refusedFor(1).currentCallsPerSecond).toBe(1.5);
    expect(refusedFor(2).currentCallsPerSecond).toBe(0.75);
  });

  it("never drops to zero", () => {
    expect(refusedFor(30).currentCallsPerSecond).toBe(1 / 8);
  });

  it("is not changed by an occasional refusal", () => {
    const once = slowed(newLoop(), AT_MS);
    expect(slowed(once, AT_MS + 4_000).currentCallsPerSecond).toBe(3);
  });

  it("is not changed by refusals of less than one call in ten", () => {
    let loop = slowed(newLoop(100), AT_MS);
    for (let refusal = 1; refusal < 30; refusal += 1) loop = slowed(loop, AT_MS + 50 * refusal);
    expect(loop.currentCallsPerSecond).toBe(100);
  });

  it("is doubled after five seconds without a refusal, up to what was agreed", () => {
    const slow = refusedFor(2);
    const sinceMs = AT_MS + 2_000;
    expect(recovered(slow, sinceMs + 4_999).currentCallsPerSecond).toBe(0.75);
    expect(recovered(slow, sinceMs + 5_000).currentCallsPerSecond).toBe(1.5);
    const { currentCallsPerSecond, paceChangedAtMs } = recovered(slow, sinceMs + 10_000);
    expect([currentCallsPerSecond, paceChangedAtMs]).toEqual([3, undefined]);
  });
});
