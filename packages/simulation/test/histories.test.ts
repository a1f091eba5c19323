import { describe, expect, it } from "vitest";
import { simulate } from "../src/simulate.ts";

describe("a history without faults", () => {
  it("ends every call in exactly what the person did, delivered", async () => {
    const report = await simulate({ seed: 1, calls: 300, level: "none" });
    expect(report.violations).toEqual([]);
    expect(report).toMatchObject({ accepted: 300, delivered: 300, parked: 0 });
    // Every kind of end comes up; otherwise little was shown.
    expect(Object.keys(report.outcomes).sort()).toEqual(
      ["busy", "failed", "hung_up", "invalid_number", "machine", "ok", "rejected", "unanswered"].sort(),
    );
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
