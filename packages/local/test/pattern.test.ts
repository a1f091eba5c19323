import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compilePattern, matches } from "../src/bus/pattern.ts";
import { InvalidEventPatternError } from "../src/errors.ts";
import vectors from "./fixtures/eventbridge.vectors.json" with { type: "json" };

describe("an event pattern, held to what AWS's own matcher answers", () => {
  it.each(vectors.map((vector) => [vector.name, vector] as const))("%s", (_name, { pattern, event, expected }) => {
    if (expected === "ERR") {
      expect(() => compilePattern(pattern)).toThrow(InvalidEventPatternError);
    } else {
      expect(matches({ pattern: compilePattern(pattern), event })).toBe(expected);
    }
  });
});

describe("an event pattern that PutRule refuses", () => {
  it.each([
    ["nothing", {}],
    ["an empty object", { detail: {} }],
    ["a bare value", { source: "a" }],
    ["a nested list", { source: [["a"]] }],
    ["two operators in one", { source: [{ prefix: "a", suffix: "b" }] }],
    ["a single alternative", { $or: [{ source: ["a"] }] }],
    ["a CIDR of one address", { detail: { ip: [{ cidr: "10.0.0.1/32" }] } }],
    ["a CIDR without bits", { detail: { ip: [{ cidr: "10.0.0.1" }] } }],
    ["an impossible range", { detail: { n: [{ numeric: [">", 5, "<", 5] }] } }],
    ["an upper bound first", { detail: { n: [{ numeric: ["<", 5, ">", 1] }] } }],
    ["values of two kinds", { detail: { n: [{ "anything-but": [1, "a"] }] } }],
    ["an empty exclusion", { detail: { n: [{ "anything-but": [] }] } }],
    ["a truth of exists that is none", { detail: { n: [{ exists: "yes" }] } }],
    ["a stray escape", { detail: { n: [{ wildcard: "a\\b" }] } }],
    ["an inherited name as operator", { detail: { n: [{ toString: "a" }] } }],
  ])("%s", (_name, pattern) => {
    expect(() => compilePattern(pattern)).toThrow(InvalidEventPatternError);
  });
});

describe("an event pattern, whatever the event", () => {
  const field = fc.constantFrom("a", "b", "__proto__", "constructor");
  const event = fc.dictionary(field, fc.jsonValue({ maxDepth: 3 }), { maxKeys: 4 });

  it("meets exactly one of exists: true and exists: false", () => {
    fc.assert(
      fc.property(event, field, (given, name) => {
        const existing = compilePattern(JSON.parse(`{"${name}":[{"exists":true}]}`));
        const missing = compilePattern(JSON.parse(`{"${name}":[{"exists":false}]}`));
        expect(matches({ pattern: existing, event: given })).toBe(!matches({ pattern: missing, event: given }));
      }),
    );
  });

  it("accepts a scalar exactly when anything-but it does not", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.integer()), fc.oneof(fc.string(), fc.integer()), (expected, actual) => {
        const same = matches({ pattern: compilePattern({ a: [expected] }), event: { a: actual } });
        const other = matches({ pattern: compilePattern({ a: [{ "anything-but": expected }] }), event: { a: actual } });
        expect(other).toBe(!same);
      }),
    );
  });
});
