import { describe, expect, it } from "vitest";
import { simulate } from "../src/simulate.ts";

/**
 * Histories under every fault at once. Two files share the seeds, so that two cores share the work. A run of all tests plays few,
 * since mutants die early; `npm run simulate -- --faults heavy --calls 100 --histories 120` plays many.
 */
export function everyHistoryHolds({ seeds, calls }: { seeds: readonly number[]; calls: number }) {
  describe("under heavy faults, all at once", () => {
    it(`every call of ${seeds.length * calls} ends in one result, and nobody is called twice`, async () => {
      const violations: string[] = [];
      const outcomes = new Set<string>();
      const deadLetters = new Set<string>();
      for (const seed of seeds) {
        const report = await simulate({ seed, calls, level: "heavy" });
        violations.push(...report.violations.map((violation) => `seed ${seed}: ${violation}`));
        for (const outcome of Object.keys(report.outcomes)) outcomes.add(outcome);
        for (const kind of report.deadLetters) deadLetters.add(kind);
      }
      expect(violations).toEqual([]);
      // The faults did come about, and messages of most kinds were among the dead.
      for (const outcome of ["dial_unknown", "dial_refused", "no_completion", "cancelled", "expired", "ok", "failed"])
        expect(outcomes).toContain(outcome);
      for (const kind of [
        "dial",
        "tick",
        "step_deadlines",
        "sweep",
        "callback",
        "call.status",
        "call.completed",
        "unreadable",
      ])
        expect(deadLetters).toContain(kind);
    }, 300_000);
  });
}

export function seedsFrom(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => first + index);
}
