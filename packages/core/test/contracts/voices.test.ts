import { describe, expect, it } from "vitest";
import { GENDERS } from "../../src/contracts/request.ts";
import { LANGUAGES, languageOf, styleOf, voicesOf } from "../../src/contracts/voices.ts";

describe("a language", () => {
  it.each([
    ["en-US", "en-US"],
    ["EN-us", "en-US"],
    ["de_de", "de-DE"],
    ["zh-cn", "cmn-CN"],
    ["ZH-TW", "cmn-TW"],
    ["en-gb-sct", "en-GB-SCT"],
  ])("is known as it was written: %s is %s", (written, language) => {
    expect(languageOf(written)).toBe(language);
  });

  it.each(["", "en", "de-XX", "toString", "__proto__"])("is unknown: %j", (written) => {
    expect(languageOf(written)).toBeUndefined();
  });

  it("is listed once, in the carrier's spelling, which is its own", () => {
    expect(LANGUAGES).toHaveLength(67);
    for (const language of LANGUAGES) expect(languageOf(language)).toBe(language);
  });
});

describe("the voices of a language", () => {
  it("are the carrier's: number, gender, SSML, premium", () => {
    expect(voicesOf("ca-ES")).toEqual([
      { style: 0, gender: "female", takesSsml: false, isPremium: false },
      { style: 1, gender: "male", takesSsml: false, isPremium: false },
      { style: 2, gender: "female", takesSsml: true, isPremium: false },
      { style: 3, gender: "female", takesSsml: true, isPremium: true },
    ]);
    expect(voicesOf("en-US").map(({ style }) => style)).toEqual([
      0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 20, 21, 22, 24,
    ]);
  });

  it("are 287 in all, and each number stands once in its language", () => {
    const all = LANGUAGES.map((language) => voicesOf(language).map(({ style }) => style));
    expect(all.flat()).toHaveLength(287);
    for (const styles of all) expect(new Set(styles).size).toBe(styles.length);
  });

  it("are none where the carrier has not said which", () => {
    expect([voicesOf("lt-LT"), voicesOf("toString")]).toEqual([[], []]);
  });

  it("are chosen by gender: the first that takes SSML, else the first", () => {
    const chosen = (language: string) => GENDERS.map((gender) => styleOf({ language, gender }));
    expect([chosen("en-US"), chosen("ca-ES"), chosen("de-AT"), chosen("lt-LT")]).toEqual([
      [0, 7],
      [2, 1],
      [0, undefined],
      [undefined, undefined],
    ]);
  });
});
