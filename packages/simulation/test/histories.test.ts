import { describe, expect, it } from "vitest";
import { simulate } from "../src/simulate.ts";

describe("a history without faults", () => {
  it.each([3, 30, 120])(
    "ends every call in exactly what the person did, delivered, at %i calls a second",
    async (pace) => {
      const calls = 400;
      const report = await simulate({ seed: 1, calls, level: "none", callsPerSecond: pace });
      expect(report.violations).toEqual([]);
      expect(report).toMatchObject({ delivered: report.awaited, parked: 0, deadLetters: [] });
      // What would come too late for its credential is refused, and nothing else is.
      expect(report.accepted).toBeGreaterThan(0.25 * calls);
      // Every kind of end comes up; otherwise little was shown.
      for (const outcome of ["busy", "failed", "hung_up", "invalid_number", "ok", "rejected", "timeout", "unanswered"])
        expect(report.outcomes).toHaveProperty(outcome);
    },
  );
});

describe("a history in which every other read that may be behind is", () => {
  it("comes out as if none was", async () => {
    const seeds = [1, 2, 3];
    const reports = await Promise.all(seeds.map((seed) => simulate({ seed, calls: 60, level: "behind" })));
    expect(reports.flatMap(({ violations }) => violations)).toEqual([]);
    for (const report of reports)
      expect(report).toMatchObject({ delivered: report.awaited, parked: 0, deadLetters: [] });
  });
});

describe("a history with few faults", () => {
  it("ends every call of batches of hundreds, at 120 calls a second", async () => {
    const report = await simulate({ seed: 5, calls: 400, level: "mild", callsPerSecond: 120 });
    expect(report.violations).toEqual([]);
  });
});

describe("a history in which one process dies, and queues are as slow as they may be", () => {
  it("keeps the pace, and its loops go on by themselves within two minutes", async () => {
    const seeds = [1, 2, 3];
    const reports = await Promise.all(seeds.map((seed) => simulate({ seed, calls: 100, level: "lone" })));
    expect(reports.flatMap(({ violations }) => violations)).toEqual([]);
  });
});

describe("a history that begins with a deployment", () => {
  it("adopts what functions from before there were loops have left, readable or not", async () => {
    const seeds = [1, 2, 3];
    const reports = await Promise.all(seeds.map((seed) => simulate({ seed, calls: 60, level: "deploying" })));
    expect(reports.flatMap(({ violations }) => violations)).toEqual([]);
    const deadLetters = new Set(reports.flatMap((report) => report.deadLetters));
    expect(deadLetters).toContain("unreadable");
  });
});

describe("a history in which some records cannot be read for hours", () => {
  it("holds no other call up, and has no message about several calls die", async () => {
    const seeds = [1, 2, 3];
    const reports = await Promise.all(seeds.map((seed) => simulate({ seed, calls: 60, level: "unreadable" })));
    expect(reports.flatMap(({ violations }) => violations)).toEqual([]);
  });
});

describe("a history in which requests are slow and overtake each other", () => {
  it("forgets no call, whoever comes while a loop goes to rest", async () => {
    const seeds = [1, 2, 3];
    const reports = await Promise.all(seeds.map((seed) => simulate({ seed, calls: 60, level: "slow" })));
    expect(reports.flatMap(({ violations }) => violations)).toEqual([]);
  });
});

describe("a history in which others know the addresses of calls, and the PIN", () => {
  it("believes what came first, and nothing of a line that nobody has answered", async () => {
    const seeds = [1, 2, 3];
    const reports = await Promise.all(seeds.map((seed) => simulate({ seed, calls: 60, level: "abused" })));
    expect(reports.flatMap(({ violations }) => violations)).toEqual([]);
  });
});

describe("a seed", () => {
  it("gives the same history, byte by byte, every time", async () => {
    const [one, other] = [
      await simulate({ seed: 7, calls: 60, level: "heavy" }),
      await simulate({ seed: 7, calls: 60, level: "heavy" }),
    ];
    expect(other).toEqual(one);
    expect((await simulate({ seed: 8, calls: 60, level: "heavy" })).digest).not.toBe(one.digest);
  });
});
