import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readNumber } from "../../../src/api/acceptance/read-number.ts";

const expected = "a number";
const read = (written: string, near?: string) => readNumber({ written, expected, near });
const meant = (number: string) => `${number}, the E.164 number that was probably meant`;

describe("an international number", () => {
  it.each([
    ["447700900001", "44"],
    ["+447700900001", "44"],
    ["14155550100", "1"],
    ["+1 (415) 555-0100", "1"],
    ["1 (415) 555-0100", "1"],
    ["+1.415.555.0100", "1"],
    ["+1 415 555 0100", "1"],
    ["(+44) 7700 900001", "44"],
    ["+44 7700 900 001", "44"],
    ["+44‑7700–900001", "44"],
    ["\u202a+44\u00a07700\u202f900001\u202c", "44"],
    ["44 7700 900001", "44"],
    ["+39 06 1234 5678", "39"],
    ["+7 800 123-45-67", "7"],
    ["+870773123456", "870"],
  ])("is read as people write it: %s", (written, countryCode) => {
    expect(read(written)).toEqual({ countryCode });
    expect(read(written, "44")).toEqual({ countryCode });
  });

  it("is taken without + where it is a number at home as well, if there is such a number abroad", () => {
    expect(read("4315550100", "1")).toEqual({ countryCode: "43" });
  });
});

describe("a number that would call somebody else, or nobody", () => {
  it.each<[string, string | undefined, string, string]>([
    ["07700 900001", "44", "is a national number", meant("+447700900001")],
    ["07700900001", undefined, "is a national number", expected],
    ["0170 1234567", "49", "is a national number", meant("+491701234567")],
    ["011 44 7700 900001", "1", "is a national number", meant("+447700900001")],
    ["00447700900001", "44", "begins with 0", meant("+447700900001")],
    ["+0044 7700 900001", undefined, "begins with 0", meant("+447700900001")],
    ["+44 (0) 7700 900001", "1", "has a (0), which is dialed in its own country only", meant("+447700900001")],
    ["0044 (0)7700 900001", "1", "has a (0), which is dialed in its own country only", meant("+447700900001")],
    ["(0) 7700 900001", "44", "has a (0), which is dialed in its own country only", meant("+447700900001")],
    ["+4407700900001", "44", "has a national prefix after its country code", meant("+447700900001")],
    ["(415) 555-0100", "1", "is a number that cannot exist", meant("+14155550100")],
    ["4155550100", "1", "is a number that cannot exist", meant("+14155550100")],
    ["2025550123", "1", "may be a national number", meant("+12025550123")],
    ["431-555-0100", "1", "may be a national number", meant("+14315550100")],
    ["+999123456789", "44", "is a number that cannot exist", expected],
    ["+33123", "44", "is a number that cannot exist", expected],
    ["+3312345", "44", "is a number that cannot exist", expected],
    ["+447700900001234", "44", "is a number that cannot exist", expected],
    ["+1 415 555 0100 ext. 7", "44", "must be a number", expect.stringContaining("+14155550100")],
    ["tel:+14155550100", "44", "must be a number", meant("+14155550100")],
    ["Promptcall", "44", "must be a number", expected],
    ["+", "44", "must be a number", expected],
    ["٤٤٧٧٠٠٩٠٠٠٠١", undefined, "must be a number", expected],
    ["1".repeat(1_000), "44", "must be a number", expected],
  ])("is refused, with the one that was probably meant: %s beside a number of +%s", (written, near, wrong, other) => {
    expect(read(written, near)).toEqual({ wrong, expected: other });
  });

  it.each(["4.47701E+11", "4,47701E+11", "4.4770090000E11", "+4.5E+11"])(
    "that a spreadsheet has shortened is refused with that reason: %s",
    (written) => {
      const wrong = "was shortened by a spreadsheet: there, the column of numbers has to be text";
      expect(read(written)).toEqual({ wrong, expected });
    },
  );

  it.each(["447700900001.0", "447700900001,00"])(
    "that a program has given decimals is refused with that reason: %s",
    (written) => {
      const wrong = "has decimals: where it comes from, the column of numbers has to be text";
      expect(read(written)).toEqual({ wrong, expected: meant("+447700900001") });
    },
  );
});

describe("whatever stands in the place of a number", () => {
  const characters = fc.string({ unit: fc.constantFrom(..."+0123456789()-. /E,x\u00a0٤\ufffd"), maxLength: 60 });

  it("is read or refused, and never more than a number is said", () => {
    fc.assert(
      fc.property(fc.oneof(characters, fc.string()), fc.constantFrom(undefined, "1", "44", "49"), (written, near) => {
        const answer = read(written, near);
        if ("countryCode" in answer) {
          expect(written.replace(/\D/g, "")).toMatch(new RegExp(`^${answer.countryCode}\\d+$`));
        } else if (answer.expected !== expected) {
          expect(answer.expected).toMatch(/^\+\d{7,15}, the E\.164 number that was probably meant$/);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it("means the same number however it is spaced", () => {
    const spaced = fc.tuple(
      fc.constantFrom("447700900001", "14155550100", "4930123456"),
      fc.array(fc.constantFrom("", " ", "-", ".", " – ")),
    );
    fc.assert(
      fc.property(spaced, ([digits, between]) => {
        const written = `+${[...digits].map((digit, index) => digit + (between[index] ?? "")).join("")}`;
        expect(read(written)).toEqual(read(`+${digits}`));
      }),
    );
  });
});
