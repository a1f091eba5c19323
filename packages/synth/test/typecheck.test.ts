import { describe, expect, it, onTestFinished } from "vitest";
import { typecheckStacks } from "../src/run/typecheck.ts";
import { alteredProgram, repository } from "./support/altered.ts";

describe("the types of SST's own components", () => {
  it("find a wrong argument in the stacks, and name its place", async () => {
    const program = await alteredProgram({ file: "stacks/defaults/queues.ts", from: "retry: 5", to: 'retry: "five"' });
    onTestFinished(program.remove);
    expect(await typecheckStacks({ repository, roots: [program.root] })).toEqual([
      expect.stringMatching(/stacks\/defaults\/queues\.ts\(\d+,\d+\): error TS2322: Type 'string' is not assignable/),
    ]);
  });
});
