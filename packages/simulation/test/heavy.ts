import { describe, expect, it } from "vitest";
import { simulate } from "../src/simulate.ts";

const OUTCOMES = ["dial_unknown", "dial_refused", "no_completion", "cancelled", "expired", "ok", "failed"];
const DEAD_LETTERS = [
  "dial",
  "tick",
  "step_deadlines",
  "sweep",
  "callback",
  "call.status",
  "call.completed",
  "unreadable",
];

const CALLS = 100;
/** Mutants die earlier; `npm run simulate -- --faults heavy --calls 100 --histories 120` plays many. */
const HISTORIES = 14;
/** Some faults are rare, and any change gives every seed another history: then some more are played. */
const MOST_HISTORIES = 50;

/** Histories under every fault at once. Two files share the seeds, so that two cores share the work. */
export function everyHistoryHolds({ firstSeed }: { firstSeed: number }) {
  describe("under heavy faults, all at once", () => {
    it(`every call of ${HISTORIES * CALLS} and more ends in one result, and nobody is called twice`, async () => {
      const violations: string[] = [];
      const wanted = new Set([...OUTCOMES, ...DEAD_LETTERS]);
      for (let nth = 0; nth < HISTORIES || (wanted.size > 0 && nth < MOST_HISTORIES); nth += 1) {
        const seed = firstSeed + nth;
        const { violations: found, outcomes, deadLetters } = await simulate({ seed, calls: CALLS, level: "heavy" });
        violations.push(...found.map((violation) => `seed ${seed}: ${violation}`));
        for (const seen of [...Object.keys(outcomes), ...deadLetters]) wanted.delete(seen);
      }
      expect(violations).toEqual([]);
      // The faults did come about, and messages of most kinds were among the dead.
      expect([...wanted]).toEqual([]);
    }, 300_000);
  });
}
