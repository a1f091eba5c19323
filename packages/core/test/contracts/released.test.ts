import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import * as z from "zod/mini";
import { jsonSchemaOf } from "../../src/contracts/json-schema.ts";
import { fieldsOf, fileOf, releasedAs, releasedExamples, SUBJECTS, versionOf, withoutAdditions } from "./released.ts";

describe.each(SUBJECTS)("$name", ({ name, now, read }) => {
  const version = versionOf(now);
  const { schema, examples } = releasedAs({ name, version }) ?? { schema: now, examples: {} };

  // What fails here needs a new version, see docs/versions.md. What was only added is put on record with `vitest -u`.
  it("has only gained fields that may be absent since its version was released, and all of them are on record", async () => {
    expect(withoutAdditions({ now, before: schema })).toEqual(schema);
    const record = `${JSON.stringify({ schema: now, examples }, null, 2)}\n`;
    await expect(record).toMatchFileSnapshot(fileURLToPath(fileOf({ name, version })));
  });

  it("has examples with and without what may be absent", () => {
    const written = JSON.stringify(examples);
    expect(fieldsOf(now).filter((field) => !written.includes(`"${field}":`))).toEqual([]);
    expect(Object.keys(examples)).toEqual(expect.arrayContaining(["complete", "bare"]));
  });

  it.each(releasedExamples(name))("is read as it is today when it was written as version $version", (written) => {
    for (const [which, example] of Object.entries(written.examples)) expect(read(example)).toEqual(examples[which]);
  });

  it("is read the same with fields that a later version may add", () => {
    for (const example of Object.values(examples)) expect(read(withUnknownFields(example))).toEqual(example);
  });
});

/** By what is counted or numbered in them: their keys are no fields. */
const MAPS = ["attempts", "attemptTimes", "entered", "choices", "choiceTexts", "statuses", "reasons", "batches"];

/** One more in every object. */
function withUnknownFields(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withUnknownFields);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [
    key,
    MAPS.includes(key) && !Array.isArray(inner) ? inner : withUnknownFields(inner),
  ]);
  return { ...Object.fromEntries(entries), added_later: { by: "a newer version" } };
}

describe("a schema, compared with what was released,", () => {
  const released = {
    id: z.string(),
    status: z.enum(["ok", "failed"]),
    price: z.optional(z.string()),
    line: z.array(z.object({ at: z.string() })),
  };
  const { id, status, price, line } = released;
  const before = jsonSchemaOf(z.object(released), { described: false });
  const compared = (fields: z.core.$ZodShape) =>
    withoutAdditions({ now: jsonSchemaOf(z.object(fields), { described: false }), before });

  it.each<[string, z.core.$ZodShape]>([
    ["nothing", released],
    ["a field that may be absent", { ...released, uuid: z.optional(z.string()) }],
    [
      "such a field further down",
      { ...released, line: z.array(z.object({ at: z.string(), to: z.optional(z.string()) })) },
    ],
  ])("may gain %s", (_, fields) => expect(compared(fields)).toEqual(before));

  it.each<[string, z.core.$ZodShape]>([
    ["lose a field", { id, status, line }],
    ["rename one", { id, status, cost: price, line }],
    ["gain one that must be there", { ...released, uuid: z.string() }],
    ["demand one that may be absent", { ...released, price: z.string() }],
    ["make do without one that must be there", { ...released, id: z.optional(id) }],
    ["change a type", { ...released, id: z.number() }],
    ["lose a value", { ...released, status: z.enum(["ok"]) }],
    ["gain a value, which an older reader refuses", { ...released, status: z.enum(["ok", "failed", "error"]) }],
    ["become stricter", { ...released, id: id.check(z.minLength(1)) }],
    ["change further down", { ...released, line: z.array(z.object({ at: z.number() })) }],
  ])("may not %s", (_, fields) => expect(compared(fields)).not.toEqual(before));
});
