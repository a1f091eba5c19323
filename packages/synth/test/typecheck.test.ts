import path from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { typecheckStacks } from "../src/run/typecheck.ts";
import { alteredProgram, repository } from "./support/altered.ts";

describe("the types of SST's own components", () => {
  // All in one go: to read those types takes longer than all else.
  it("find nothing wrong in any stacks, but a wrong argument in altered ones, and name its place", async () => {
    const program = await alteredProgram({ file: "stacks/defaults/queues.ts", from: "retry: 5", to: 'retry: "five"' });
    onTestFinished(program.remove);
    const roots = [repository, path.join(repository, "examples/subscriber"), program.root];
    expect(await typecheckStacks({ repository, roots })).toEqual([
      expect.stringMatching(
        /altered-\w+\/stacks\/defaults\/queues\.ts\(\d+,\d+\): error TS2322: Type 'string' is not assignable/,
      ),
    ]);
  });
});
