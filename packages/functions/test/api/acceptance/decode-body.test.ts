import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeBody } from "../../../src/api/acceptance/decode-body.ts";

const TEXT = "Café – your PIN";
const utf16 = (text: string, isBigEndian = false) => {
  const bytes = Buffer.from(`\ufeff${text}`, "utf16le");
  return isBigEndian ? bytes.swap16() : bytes;
};
/** é is 0xe9 and the dash is 0x96. */
const windows = Buffer.from("Caf\u00e9 \u0096 your PIN", "latin1");
const decode = (bytes: Uint8Array, charset?: string) => decodeBody({ bytes, charset });

describe("a body", () => {
  it.each<[string, Uint8Array, string | undefined]>([
    ["in UTF-8 without a word", Buffer.from(TEXT), undefined],
    ["in UTF-8 that says so", Buffer.from(TEXT), "UTF-8"],
    ["in UTF-8 with a byte order mark", Buffer.from(`\ufeff${TEXT}`), undefined],
    ["in UTF-8 with a mark, whatever it says", Buffer.from(`\ufeff${TEXT}`), "windows-1252"],
    ["in UTF-16 with a mark", utf16(TEXT), undefined],
    ["in UTF-16 the other way round", utf16(TEXT, true), undefined],
    ["in UTF-16 that says so", utf16(TEXT, true), "utf-16"],
    ["in UTF-16 without a mark", utf16(TEXT).subarray(2), "utf-16le"],
    ["in windows-1252", windows, "windows-1252"],
    ["in windows-1252 by its other name", windows, "ISO-8859-1"],
  ])("%s is read", (_, bytes, charset) => {
    expect(decode(bytes, charset)).toEqual({ text: TEXT });
  });

  it.each<[string, Uint8Array, string | undefined, string]>([
    ["that is not UTF-8", windows, undefined, "Declare its encoding"],
    ["that is not the UTF-8 it says", windows, "utf-8", "Declare the encoding that it has"],
    ["of half a character in UTF-16", utf16("a").subarray(0, 3), undefined, "is not UTF-8"],
    ["of a lone surrogate in UTF-16", utf16("\ud800"), "utf-16", "is not UTF-16"],
    ["with a byte that windows-1252 has not", Buffer.from([0x81]), "windows-1252", "is not windows-1252"],
    ["in an encoding that is not taken", Buffer.from("a"), "shift_jis", "not known here"],
    ["in which a character was lost before", Buffer.from("Caf\ufffd"), undefined, "is not UTF-8"],
  ])("%s is refused", (_, bytes, charset, detail) => {
    const refused = { status: 400, code: "invalid_encoding", detail: expect.stringContaining(detail) };
    expect(decode(bytes, charset)).toEqual({ problem: refused });
  });

  it("of any bytes, said to be anything, is read as it is or refused: nothing is put in the place of a byte", () => {
    const charset = fc.constantFrom(undefined, "utf-8", "utf-16", "utf-16be", "windows-1252", "iso-8859-1", "x");
    fc.assert(
      fc.property(fc.uint8Array(), charset, (bytes, declared) => {
        const answer = decode(bytes, declared);
        if ("text" in answer) expect(answer.text).not.toContain("\ufffd");
      }),
      { numRuns: 1_000 },
    );
  });

  it("of any text comes out as it went in", () => {
    const text = fc.string({ unit: "binary" }).filter((one) => one.isWellFormed() && !one.includes("\ufffd"));
    fc.assert(
      fc.property(text, fc.boolean(), (one, isBigEndian) => {
        expect(decode(Buffer.from(`\ufeff${one}`))).toEqual({ text: one });
        expect(decode(utf16(one, isBigEndian))).toEqual({ text: one });
      }),
    );
  });
});
