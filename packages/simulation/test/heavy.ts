import { describe, expect, it } from "vitest";
import { simulate } from "../src/simulate.ts";

/** Many histories under every fault at once. Two files share the seeds, so that two cores share the work. */
export function everyHistoryHolds({
  firstSeed,
  histories,
  calls,
}: {
  firstSeed: number;
  histories: number;
  calls: number;
}) {
  describe("under heavy faults, all at once", () => {
    it(`every call of ${histories * calls} ends in one result, and nobody is called twice`, async () => {
      const violations: string[] = [];
      const outcomes = new Set<string>();
      for (let seed = firstSeed; seed < firstSeed + histories; seed += 1) {
        const report = await simulate({ seed, calls, level: "heavy" });
        violations.push(...report.violations.map((violation) => `seed ${seed}: ${violation}`));
        for (const outcome of Object.keys(report.outcomes)) outcomes.add(outcome);
      }
      expect(violations).toEqual([]);
      // The faults did come about.
      for (const outcome of ["dial_unknown", "dial_refused", "no_completion", "ok", "failed"])
        expect(outcomes).toContain(outcome);
    }, 300_000);
  });
}
