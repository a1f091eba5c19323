import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { keptDocument } from "../tools/commands/kept-document.ts";
import { root } from "./documents.ts";

const page = await readFile(`${root}SECURITY.md`, "utf8");

/** The table of threats, by line: who, and each file and name that it shows. */
const threats = [...page.matchAll(/^\| (?!who|---)(.+?) \| .+ \| .+ \| (`[^|]+) \|$/gm)].map(
  ([, who = "", shown = ""]) => ({
    who,
    shown: [...shown.matchAll(/`([^`]+)`: "([^"]+)"/g)].map(([, file = "", name = ""]) => ({ file, name })),
  }),
);

describe("each threat", () => {
  it("names what shows that it is stopped", () => {
    expect(threats.length).toBeGreaterThan(12);
    expect(threats.filter(({ shown }) => shown.length === 0)).toEqual([]);
  });

  it.each(threats.flatMap(({ shown }) => shown))(
    "is stopped by a test that there is: $name",
    async ({ file, name }) => {
      const written = await readFile(`${root}${file}`, "utf8");
      const names = [
        ...written.matchAll(/(?:\b(?:describe|it)(?:\.\w+)*(?:\(\[[\s\S]*?\]\))?\(\s*|breaks: )"([^"]+)"/g),
      ];
      expect(names.map(([, found]) => found)).toContain(name);
    },
  );
});

it("the table of what is kept says what the code does (if not: npm run events)", () => {
  expect(keptDocument({ page })).toBe(page);
  expect(page).toMatch(/\| the texts, and the keyed hash of the PIN \|.*until the call is completed/);
});
