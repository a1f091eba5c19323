import { globSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

/** What synthesises, or runs SST's own command line: it is installed for the first of these. */
const INFRASTRUCTURE = ["packages/synth/test/**/*.test.ts", "tools/deploy/test/cli.test.ts"];

/** Plays in virtual time and asks for nothing but processors. */
const SIMULATION = ["packages/simulation/test/*.test.ts", "tools/scale/test/**/*.test.ts"];

/** Each starts threads and servers, and looks at what becomes of them. */
const LOCAL = ["packages/local/test/**/*.test.ts"];

const UNIT = [
  "packages/*/test/**/*.test.ts",
  "examples/*/test/**/*.test.ts",
  "tools/*/test/**/*.test.ts",
  "tests/*.test.ts",
];

/** What replaces modules, clocks, variables or methods of a class: no other file may run in its process. */
const REPLACES =
  /mockClient|\bvi\.(?:mock|doMock|spyOn|stub|useFake|setSystemTime)|process\.(?:env|std|exit)|\/written\.ts|\/silent-/;
const SHARED = globSync(UNIT, { exclude: [...INFRASTRUCTURE, ...SIMULATION, ...LOCAL, "**/node_modules/**"] }).filter(
  (file) => !REPLACES.test(readFileSync(file, "utf8")),
);

/** A function that runs out of time dies, and what it was dialing is never dialed again: a processor is theirs. */
const ALONE = ["tests/e2e/crash.test.ts", "tests/e2e/demo.test.ts"];

/** They share one system. */
const SHARING = globSync("tests/e2e/*.test.ts").filter((file) => readFileSync(file, "utf8").includes("shareHarness("));

/** Some mostly wait, for a timeout of their own or for a table. */
const WAITING = Math.ceil(1.5 * availableParallelism());

/** Vitest would give up after one second, which busy processors may take for anything. */
const WAITS = { poll: { timeout: 15_000 } };

/** What yields to others waits for its turn as well. */
const YIELDING_MS = 60_000;

export default defineConfig({
  test: {
    allowOnly: false,
    passWithNoTests: false,
    reporters: ["default", "./tests/tally-reporter.ts"],
    // One group after the other: what measures itself against timeouts must not wait for what fills every core. `npm test`
    // runs some beside others (`tools/commands/test.ts`): what computes takes only what they leave of the processors.
    projects: [
      {
        test: {
          name: "unit",
          include: UNIT,
          exclude: [...INFRASTRUCTURE, ...SIMULATION, ...LOCAL, ...SHARED],
          testTimeout: YIELDING_MS,
          expect: WAITS,
          restoreMocks: true,
          maxWorkers: WAITING,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: "shared",
          include: SHARED,
          testTimeout: YIELDING_MS,
          expect: WAITS,
          restoreMocks: true,
          // To load the same modules for each file takes longer than its tests.
          isolate: false,
          maxWorkers: WAITING,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: "local",
          include: LOCAL,
          testTimeout: YIELDING_MS,
          expect: WAITS,
          restoreMocks: true,
          maxWorkers: WAITING,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: "simulation",
          include: SIMULATION,
          // They measure themselves in virtual time, and wait for their turn in real time.
          testTimeout: 180_000,
          expect: WAITS,
          restoreMocks: true,
          maxWorkers: "100%",
          sequence: { groupOrder: 3 },
        },
      },
      {
        test: {
          name: "infrastructure",
          include: INFRASTRUCTURE,
          globalSetup: ["packages/synth/test/support/synthesize-all.ts"],
          testTimeout: 180_000,
          expect: WAITS,
          hookTimeout: 180_000,
          maxWorkers: "100%",
          sequence: { groupOrder: 3 },
        },
      },
      {
        test: {
          name: "e2e",
          include: ["tests/e2e/**/*.test.ts"],
          exclude: [...ALONE, ...SHARING],
          testTimeout: 60_000,
          expect: WAITS,
          hookTimeout: 60_000,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: "sharing",
          include: SHARING,
          testTimeout: 60_000,
          expect: WAITS,
          hookTimeout: 60_000,
          maxWorkers: 1,
          isolate: false,
          sequence: { groupOrder: 5 },
        },
      },
      {
        test: {
          name: "browser",
          include: ["tests/browser/**/*.test.ts"],
          globalSetup: ["tests/browser/support/once.ts"],
          testTimeout: 60_000,
          expect: WAITS,
          hookTimeout: 60_000,
          // They share one local run, and its phone.
          maxWorkers: 1,
          isolate: false,
          sequence: { groupOrder: 4 },
        },
      },
      {
        test: {
          name: "alone",
          include: ALONE,
          globalSetup: ["tests/e2e/bundled.ts"],
          testTimeout: 180_000,
          expect: WAITS,
          hookTimeout: 60_000,
          maxWorkers: ALONE.length,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
