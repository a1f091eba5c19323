import { startLocal } from "@promptcall/local/local";
import { describe, expect, inject, it, onTestFinished } from "vitest";
import { wiringOf, wiringOfLocal } from "../src/parity.ts";
import { alteredProgram, repository } from "./support/altered.ts";

describe("the local run", () => {
  it.each(["local", "production"] as const)("is wired as AWS would be: stage %s", async (stage) => {
    const local = await startLocal({ root: repository, stage });
    onTestFinished(() => local.stop());
    expect(wiringOfLocal(local.graph)).toEqual(wiringOf(inject(stage)));
  });

  it("does not start when a link is missing, and names the function and the resource", async () => {
    const program = await alteredProgram({
      file: "stacks/dialer.ts",
      from: " sealKey, webhookKey,",
      to: " webhookKey,",
    });
    onTestFinished(program.remove);
    await expect(startLocal({ root: program.root })).rejects.toThrow(/DialQueueSubscriberFunction.*SealKey/);
  });

  it("is found to differ when it is wired otherwise", async () => {
    const program = await alteredProgram({
      file: "stacks/reducer.ts",
      from: "REPORTS.flatMap",
      to: "REPORTS.slice(1).flatMap",
    });
    onTestFinished(program.remove);
    const local = await startLocal({ root: program.root });
    onTestFinished(() => local.stop());
    const [here, there] = [wiringOfLocal(local.graph), wiringOf(inject("local"))];
    expect({ ...here, rules: [] }).toEqual({ ...there, rules: [] });
    expect(here.rules).not.toEqual(there.rules);
  });
});
