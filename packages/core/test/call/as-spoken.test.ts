import { describe, expect, it } from "vitest";
import { areDigitsMarked, asSpoken } from "../../src/call/as-spoken.ts";

const spoken = (text: string, takesSsml = true) => asSpoken(text, { takesSsml });

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

  it.each(["Tom and Jerry > them", "<speak>a &amp; b</speak>", "digits:12", "{digit:12}"])(
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

describe("a text with signs that SSML has another meaning for", () => {
  it.each([
    ["Tom & Jerry", "<speak>Tom &amp; Jerry</speak>"],
    ["1 < 2 > 0", "<speak>1 &lt; 2 > 0</speak>"],
    ["Say &amp; as it is written", "<speak>Say &amp;amp; as it is written</speak>"],
    ["<p>no speak</p>", "<speak>&lt;p>no speak&lt;/p></speak>"],
  ])("is said with them: %s", (text, sent) => {
    expect(spoken(text)).toBe(sent);
  });

  it("is sent as it is to a voice that takes no SSML", () => {
    expect(spoken("1 < 2 & 3", false)).toBe("1 < 2 & 3");
  });
});
