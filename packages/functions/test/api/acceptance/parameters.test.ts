import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { givenOf, unknownParameter } from "../../../src/api/acceptance/parameters.ts";

const PARAMETERS = {
  names: new Set(["to", "from", "text", "pin_code", "failed_text", "callback_method"]),
  elsewhere: new Map([["atomic", { wrong: "is for a batch", expected: "a list of `calls` beside it" }]]),
};
const read = (fields: Record<string, unknown>) => givenOf(fields, PARAMETERS);

describe("the fields that are given", () => {
  it("are all trimmed alike, and are none that are null or of nothing but white space", () => {
    const fields = {
      to: " 1\n",
      from: null,
      text: "",
      pin_code: "1234\r\n",
      failed_text: " \u00a0\t",
      callback_method: undefined,
    };
    expect(read(fields)).toEqual({ given: { to: "1", pin_code: "1234" }, errors: [] });
  });

  it("are left as they are where they are no text", () => {
    const given = { to: 1, text: ["a", "b"], pin_code: false, from: 0 };
    expect(read(given)).toEqual({ given, errors: [] });
  });

  it.each(["half \ud83d of a picture", "Caf\ufffd"])("are not those in which a character was lost: %j", (text) => {
    const error = {
      field: "text",
      wrong: "has a character that was lost",
      expected: "text that was read and sent in its own encoding",
    };
    expect(read({ text })).toEqual({ given: {}, errors: [error] });
  });
});

describe("a parameter that there is not", () => {
  it.each([
    ["failed_txt", "failed_text, which is the nearest"],
    ["pincode", "pin_code, which is the nearest"],
    ["PIN-Code", "pin_code, which is the nearest"],
    ["callback-method", "callback_method, which is the nearest"],
    ["voice", "one of to, from, text, pin_code, failed_text, callback_method"],
    ["", "one of to, from, text, pin_code, failed_text, callback_method"],
  ])("is refused with the nearest known name: %s", (name, expected) => {
    expect(unknownParameter(name, PARAMETERS)).toEqual({ field: name, wrong: "is not a parameter", expected });
  });

  it("at the wrong level of a request is refused with the level where it belongs", () => {
    expect(read({ atomic: true }).errors).toEqual([
      { field: "atomic", wrong: "is for a batch", expected: "a list of `calls` beside it" },
    ]);
  });

  it.each(["__proto__", "constructor", "toString"])("is one whatever objects have by themselves: %s", (name) => {
    expect(read(JSON.parse(`{"${name}":"1"}`))).toMatchObject({ given: {}, errors: [{ field: name }] });
  });

  it("is named with 20 of its like, and no more of it than a line", () => {
    const fields = Object.fromEntries(
      Array.from({ length: 50_000 }, (_, index) => [`${index}`.padStart(100, "x"), "1"]),
    );
    const { errors } = read(fields);
    expect(errors).toHaveLength(20);
    expect(errors.every(({ field }) => field.length === 64)).toBe(true);
  });

  it("of any name is an error, and no more", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.anything()), (fields) => {
        const { given, errors } = read(fields);
        const unknown = Object.keys(fields).filter((name) => !PARAMETERS.names.has(name));
        expect(errors.length).toBeGreaterThanOrEqual(Math.min(unknown.length, 20));
        expect(Object.keys(given).every((name) => PARAMETERS.names.has(name))).toBe(true);
      }),
    );
  });
});
