import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { MUTANTS } from "../src/mutants/mutants.ts";

describe("the mutants", () => {
  it.each(MUTANTS)("know where the line is: $name", async ({ file, find, replace }) => {
    const source = await readFile(new URL(`../../../${file}`, import.meta.url), "utf8");
    expect(source.split(find)).toHaveLength(2);
    expect(replace).not.toBe(find);
  });
});
