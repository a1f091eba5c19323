import { describe, expect, it } from "vitest";
import { type Loop, newLoop } from "../../src/dialing/loop.ts";
import { reserveSlotNow, startBy } from "../../src/dialing/start.ts";
import { AT_MS, working } from "./given.ts";

const atRest = (changes: Partial<Loop> = {}): Loop => ({ ...newLoop(), version: 5, ...changes });

describe("a call that may be dialed now", () => {
  it("gets a slot at once when its loop is at rest, and counts for the rate limit", () => {
    expect(reserveSlotNow(atRest(), AT_MS)?.recentMs).toEqual([AT_MS]);
  });

  it("has room beside two others within the second, and not beside three", () => {
    const recentMs = [AT_MS - 1_307, AT_MS - 500];
    expect(reserveSlotNow(atRest({ recentMs }), AT_MS)?.recentMs).toEqual([...recentMs, AT_MS]);
    expect(reserveSlotNow(atRest({ recentMs: [...recentMs, AT_MS - 1] }), AT_MS)).toBeUndefined();
  });

  it("ignores calls that the rate limit no longer counts", () => {
    expect(reserveSlotNow(atRest({ recentMs: [AT_MS - 1_308] }), AT_MS)?.recentMs).toEqual([AT_MS]);
  });

  it.each<[string, Loop]>([
    ["a step is near", working()],
    ["the last step's interval lasts", atRest({ freeMs: AT_MS + 1 })],
    ["a call waits that no step has seen", atRest({ arrivals: 4, served: 3 })],
  ])("waits where %s", (_, loop) => {
    expect(reserveSlotNow(loop, AT_MS)).toBeUndefined();
  });

  it("gets a slot at once when the next step is far ahead", () => {
    expect(reserveSlotNow(atRest({ dueMs: AT_MS + 2_001 }), AT_MS)?.recentMs).toEqual([AT_MS]);
  });
});

describe("a request for a step", () => {
  it("starts a loop at rest, no earlier than the pace allows", () => {
    expect(startBy(atRest({ freeMs: AT_MS + 700 }), { atMs: AT_MS, nowMs: AT_MS })).toEqual({
      kind: "starts",
      dueMs: AT_MS + 700,
    });
  });

  it("moves a step that is far ahead to an earlier time", () => {
    const loop = working({ dueMs: AT_MS + 60_000 });
    expect(startBy(loop, { atMs: AT_MS + 2_000, nowMs: AT_MS })).toEqual({ kind: "starts", dueMs: AT_MS + 2_000 });
  });

  it("changes nothing when the next step is early enough", () => {
    const loop = working({ dueMs: AT_MS + 100 });
    expect(startBy(loop, { atMs: AT_MS, nowMs: AT_MS })).toEqual({
      kind: "runs",
      dueByMs: AT_MS + 100,
      isLost: false,
    });
  });

  it("finds a loop lost whose step is ten seconds overdue", () => {
    expect(startBy(working(), { atMs: AT_MS + 10_001, nowMs: AT_MS + 10_001 })).toMatchObject({ isLost: true });
  });
});
