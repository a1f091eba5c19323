import { describe, expect, inject, it } from "vitest";
import { cloudOf } from "../src/cloud.ts";
import type { Graph } from "../src/graph.ts";
import { policies } from "../src/policies/all.ts";
import { BUDGETS } from "./support/budgets.ts";
import { counterExamples } from "./support/counter-examples.ts";

const rules = policies(BUDGETS);

describe.each(["production", "complete", "personal", "subscriber"] as const)("%s, synthesised,", (stage) => {
  it.each(rules)("keeps: $name", ({ violations }) => {
    expect(violations(cloudOf(inject(stage)))).toEqual([]);
  });
});

describe("a stage that breaks a rule", () => {
  it.each(counterExamples)("is found out: $breaks", ({ policy, stage = "production", breakIt, says }) => {
    const graph: Graph = structuredClone(inject(stage));
    breakIt(graph);
    const violated = rules.filter(({ violations }) => violations(cloudOf(graph)).length > 0);
    expect(violated.map(({ name }) => name)).toEqual([policy]);
    expect(violated[0]?.violations(cloudOf(graph))).toEqual([expect.stringMatching(says)]);
  });

  it("is found out for every rule there is", () => {
    expect(new Set(counterExamples.map(({ policy }) => policy))).toEqual(new Set(rules.map(({ name }) => name)));
  });
});
