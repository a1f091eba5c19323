import type { Reporter, TestModule } from "vitest/node";
import { tallyLine } from "../tools/commands/tally.ts";

/** Closes a run with one line to read by machine. A module that could not be loaded counts as a failure. */
export default class TallyReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const count = (state: string) => tests.filter((test) => test.result().state === state).length;
    const broken = modules.filter((module) => module.errors().length > 0).length;
    const failed = count("failed") + broken + errors.length;
    // After what other reporters have to say.
    process.on("exit", () => process.stdout.write(`${tallyLine({ passed: count("passed"), failed })}\n`));
  }
}
