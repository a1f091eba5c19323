import { describe, expect, it } from "vitest";
import { areDigitsMarked, withDigitsSpoken } from "../../src/call/digits-spoken.ts";

const spoken = (text: string, takesSsml = true) => withDigitsSpoken(text, { takesSsml });

describe("digits that are marked in a text", () => {
  it("are said one by one, and what stands around them is escaped", () => {
    expect(spoken("Tom & <Jerry>: {digits:0123}, again {digits:0123}.")).toBe(
      "<speak>Tom &amp; &lt;Jerry>: <say-as interpret-as='digits'>0123</say-as>, again <say-as interpret-as='digits'>0123</say-as>.</speak>",
    );
  });

  it("are said one by one within SSML, which stays as it is", () => {
    expect(spoken("<speak>A &amp; B: {digits:12}</speak>")).toBe(
      "<speak>A &amp; B: <say-as interpret-as='digits'>12</say-as></speak>",
    );
  });

  it("are set apart by pauses in a voice that takes no SSML", () => {
    expect(spoken("Tom & Jerry: {digits:0123}.", false)).toBe("Tom & Jerry: 0, 1, 2, 3.");
  });

  it.each(["Tom & Jerry", "<speak>a &amp; b</speak>", "digits:12", "{digit:12}"])(
    "leave a text without any as it is: %s",
    (text) => {
      expect(spoken(text)).toBe(text);
    },
  );

  it.each(["{digits:}", "{digits:12a}", "{digits:1 2}", "{digits:1} {digits:x}", `{digits:${"1".repeat(21)}}`])(
    "are nothing else: %s",
    (text) => {
      expect(areDigitsMarked(text)).toBe(false);
    },
  );

  it.each(["", "{digits:1}", `{digits:${"1".repeat(20)}}`, "{digits:1} {digits:2}"])(
    "may be 1 to 20, or none: %s",
    (text) => {
      expect(areDigitsMarked(text)).toBe(true);
    },
  );
});
