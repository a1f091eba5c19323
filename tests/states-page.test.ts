import { readFile } from "node:fs/promises";
import { BatchSchema } from "@promptcall/core/contracts/batch-answers";
import { DETAILS, ENDINGS, REASONS } from "@promptcall/core/contracts/reasons";
import { CallSchema } from "@promptcall/core/contracts/records/state";
import { describe, expect, it } from "vitest";

const page = await readFile(new URL("../docs/states.md", import.meta.url), "utf8");
const section = (title: string) => page.split(/^## /m).find((text) => text.startsWith(`${title}\n`)) ?? "";
const phases = CallSchema.def.options.flatMap(({ shape }) => shape.phase.def.values).toSorted();
const wordsIn = (text: string) => [...text.matchAll(/`([a-z_]+)`/g)].map(([, word = ""]) => word);

describe("docs/states.md", () => {
  it("tells of every phase of a call, and of no other", () => {
    const titles = [...page.matchAll(/^\*\*([a-z, ]+)\.\*\*$/gm)].flatMap(([, title = ""]) => title.split(", "));
    expect(titles.toSorted()).toEqual(phases);
  });

  it("draws every phase of a call, and no other", () => {
    const [, drawn = ""] = /```mermaid\n([\s\S]*?)```/.exec(page) ?? [];
    const names = [...drawn.matchAll(/^ *(\S+) --> ([^\s:]+)/gm)].flatMap(([, from = "", to = ""]) => [from, to]);
    expect([...new Set(names)].filter((name) => name !== "[*]").toSorted()).toEqual(phases);
  });

  it("lists every state of a batch, and no other", () => {
    const rows = [...section("A batch").matchAll(/^\| `([a-z]+)`/gm)].map(([, state]) => state);
    expect(rows.toSorted()).toEqual([...BatchSchema.shape.state.options].toSorted());
  });

  it("has a row or a word for every reason and every detail of an outcome", () => {
    const named = new Set(wordsIn(section("The outcome")));
    expect([...REASONS, ...DETAILS].filter((reason) => !named.has(reason))).toEqual([]);
  });

  it("names no reason that there is not", () => {
    const statuses = ["ok", "failed", "error", "completed"];
    const known: readonly string[] = [...REASONS, ...DETAILS, ...ENDINGS, ...statuses, "reason", "detail"];
    expect(wordsIn(section("The outcome")).filter((word) => !known.includes(word))).toEqual([]);
  });
});
