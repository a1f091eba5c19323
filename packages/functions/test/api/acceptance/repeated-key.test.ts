import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { repeatedKey } from "../../../src/api/acceptance/repeated-key.ts";

describe("a key that comes twice in JSON", () => {
  it.each([
    ['{"to":"1","to":"2"}', "to"],
    ['{"a":{"b":1,"c":2,"b":3}}', "a.b"],
    ['{"calls":[{"to":1},{"to":1,"from":2,"to":3}]}', "calls[1].to"],
    ['{ "t\\u006f" : 1 , "to" : 2 }', "to"],
    ['{"a\\"":1,"a\\"":2}', 'a"'],
    ['[[],[{"":1,"":2}]]', "[1][0]."],
  ])("is found: %s", (json, path) => {
    expect(repeatedKey(json)).toBe(path);
  });

  it.each([
    '{"to":"to","from":"to"}',
    '[{"a":1},{"a":2}]',
    '{"a":{"a":{"a":1}}}',
    '{"a":"\\"a\\":1,","b":"{\\"b\\":2}"}',
    '{"a":"\\\\","b":"\\\\"}',
    '"to"',
    "1",
  ])("is not seen where there is none: %s", (json) => {
    expect(repeatedKey(json)).toBeUndefined();
  });

  it("is none in whatever is made of an object", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(repeatedKey(JSON.stringify(value))).toBeUndefined();
      }),
    );
  });

  it("is found wherever it is put", () => {
    fc.assert(
      fc.property(fc.string(), fc.jsonValue(), fc.jsonValue(), (key, one, other) => {
        const entry = (value: unknown) => `${JSON.stringify(key)}:${JSON.stringify(value)}`;
        expect(repeatedKey(`[0,{${entry(one)}, ${entry(other)}}]`)).toMatch(/^\[1\]\./);
      }),
    );
  });

  it("is looked for in one go through the text, however deep and however full of quotation marks", () => {
    const depth = 500_000;
    expect(repeatedKey(`${"[".repeat(depth)}${"]".repeat(depth)}`)).toBeUndefined();
    expect(repeatedKey(JSON.stringify({ a: '"\\'.repeat(500_000) }))).toBeUndefined();
  });
});
