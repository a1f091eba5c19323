import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

/** What synthesises, or runs SST's own command line: it is installed for the first of these. */
const INFRASTRUCTURE = ["packages/synth/test/**/*.test.ts", "tools/deploy/test/cli.test.ts"];

/** A function that runs out of time dies, and what it was dialing is never dialed again: the processors are theirs. */
const ALONE = ["tests/e2e/crash.test.ts", "tests/e2e/demo.test.ts"];

export default defineConfig({
  test: {
    allowOnly: false,
    passWithNoTests: false,
    reporters: ["default", "./tests/tally-reporter.ts"],
    // One group after the other: what measures itself against timeouts must not wait for what fills every core.
    projects: [
      {
        test: {
          name: "unit",
          include: [
            "packages/*/test/**/*.test.ts",
            "examples/*/test/**/*.test.ts",
            "tools/*/test/**/*.test.ts",
            "tests/*.test.ts",
          ],
          exclude: INFRASTRUCTURE,
          testTimeout: 20_000,
          restoreMocks: true,
          // Some mostly wait, for a timeout of their own or for a table.
          maxWorkers: Math.ceil(1.5 * availableParallelism()),
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: "infrastructure",
          include: INFRASTRUCTURE,
          globalSetup: ["packages/synth/test/support/synthesize-all.ts"],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          maxWorkers: "100%",
          sequence: { groupOrder: 3 },
        },
      },
      {
        test: {
          name: "e2e",
          include: ["tests/e2e/**/*.test.ts"],
          exclude: ALONE,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // They wait more than they work.
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: "alone",
          include: ALONE,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
