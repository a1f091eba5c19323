import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formFields } from "../../../src/api/acceptance/form-fields.ts";

const read = (text: string, encoding = "utf-8") => formFields({ text, encoding });

describe("a form", () => {
  it.each<[string, object, string?]>([
    ["", {}],
    ["a=1&b=2", { a: "1", b: "2" }],
    ["a=1&&b=2&", { a: "1", b: "2" }],
    ["a&b=&=c", { a: "", b: "", "": "c" }],
    ["a=b=c", { a: "b=c" }],
    ["a=1+2%2B3", { a: "1 2+3" }],
    ["a=1&a=2&a=3", { a: ["1", "2", "3"] }],
    ["a=&a=1", { a: ["", "1"] }],
    ["text=Caf%C3%A9%20%E2%80%93", { text: "Café –" }],
    ["text=Café", { text: "Café" }],
    ["text=Caf%E9%20%96", { text: "Café –" }, "windows-1252"],
    ["text=100%+sure%2", { text: "100% sure%2" }],
    ["__proto__=1", JSON.parse('{"__proto__":"1"}')],
  ])("is read: %s", (text, fields, encoding) => {
    expect(read(text, encoding)).toEqual(fields);
  });

  it.each(["text=Caf%E9", "Caf%E9=1", "text=%C3", "text=%C3+%A9", "text=%ED%A0%80", "text=%EF%BF%BD"])(
    "with escapes that do not decode is none: %s",
    (text) => {
      expect(read(text)).toBeUndefined();
    },
  );

  it("says the same as a browser's, where that puts nothing in the place of a byte", () => {
    const forms = fc.string({ unit: fc.constantFrom(..."ab&=+%4E9C3A9 ") });
    fc.assert(
      fc.property(forms, (text) => {
        const parameters = new URLSearchParams(text);
        const fields = read(text);
        if (fields === undefined) {
          expect(parameters.toString()).toContain("%EF%BF%BD");
          return;
        }
        const values = Object.entries(fields).flatMap(([name, value]) => [value].flat().map((one) => [name, one]));
        expect(values.toSorted()).toEqual([...parameters].toSorted());
      }),
      { numRuns: 1_000 },
    );
  });

  it("of very many fields is read in one go through it", () => {
    const text = Array.from({ length: 200_000 }, (_, index) => `f${index}=1`).join("&");
    expect(Object.keys(read(text) ?? {})).toHaveLength(200_000);
  });
});
