import { describe, expect, it } from "vitest";
import { MUTANTS } from "../src/mutants/mutants.ts";
import { runMutant } from "../src/mutants/run-mutant.ts";

/** Several times what they take today: a change elsewhere gives every seed another history. */
const HISTORIES = 60;

describe("a history fails", () => {
  // The others take longer, and are tried by `npm run simulate:mutants`.
  it.each(MUTANTS.filter(({ isQuick }) => isQuick))("where $name", async (mutant) => {
    const { violation } = await runMutant(mutant, { histories: HISTORIES });
    expect(violation).toBeDefined();
  });
});
