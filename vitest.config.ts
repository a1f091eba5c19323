import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    allowOnly: false,
    passWithNoTests: false,
    reporters: ["default", "./scripts/tally-reporter.ts"],
    projects: [
      {
        test: { name: "unit", include: ["packages/*/test/**/*.test.ts"], testTimeout: 20_000, restoreMocks: true },
      },
      {
        // Whole systems, each with its own processes: few at a time, and time to start.
        test: {
          name: "e2e",
          include: ["tests/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: 2,
        },
      },
    ],
  },
});
