import { describe, expect, it } from "vitest";
import { ssmlError } from "../../../src/api/acceptance/ssml-error.ts";

describe("a text with tags", () => {
  it.each([
    "<speak>Hello</speak>",
    "  <speak>A &amp; B &lt; C &#x20; &quot;D&quot;</speak>\n",
    '<speak>One <break time="500ms"/> two <break time=\'1.5s\' strength="weak"/></speak>',
    '<speak><p><s>One.</s><s><emphasis level="strong">Two</emphasis></s></p></speak>',
    '<speak><lang xml:lang="fr-FR">Bonjour</lang></speak>',
    '<speak><phoneme alphabet="ipa" ph="pɪˈkɑːn">pecan</phoneme></speak>',
    '<speak><prosody rate="-10%" pitch="+5%" volume="+6dB">slow</prosody></speak>',
    "<speak><say-as interpret-as='digits'>1234</say-as></speak>",
    '<speak><say-as interpret-as="date" format="dmy">1.2.2026</say-as></speak>',
    '<speak><sub alias="World Wide Web">WWW</sub></speak>',
    `<speak><sub alias="a = 'b' = 'c'">d</sub> <sub alias='x="1" x="2"'>y</sub></speak>`,
    '<speak version="1.1" xmlns="http://www.w3.org/2001/10/synthesis" xml:lang="en-US">Hello</speak>',
  ])("can be said: %s", (text) => {
    expect(ssmlError(text)).toBeUndefined();
  });

  it.each(["Tom & Jerry", "a < b", "<p>no element of speak</p>", "{digits:12}"])("is no SSML: %s", (text) => {
    expect(ssmlError(text)).toBeUndefined();
  });

  it.each([
    ["<speak>a & b</speak>", /well-formed/],
    ["<speak>a < b</speak>", /well-formed/],
    ["<speak><p>a</speak>", /well-formed/],
    ["<speak>a", /well-formed/],
    ["<speak>a</speak> b", /well-formed/],
    ["<speak>a</speak><speak>b</speak>", /well-formed/],
    ["<speak>&nbsp;</speak>", /well-formed/],
    ["<speak><break time=1s/></speak>", /well-formed/],
    ['<speak><audio src="https://x.example/a.mp3"/></speak>', /the tag "audio"/],
    ["<speak><constructor/></speak>", /the tag "constructor"/],
    ["<speak><P>a</P></speak>", /the tag "P"/],
    [`<speak><${"x".repeat(100)}/></speak>`, /^has the tag "x{40}"$/],
    ['<speak><break time="1s" time="1s"/></speak>', /well-formed SSML: an attribute twice in the tag break/],
    [`<speak><break time="1s"\n strength='weak' time = '2s'></break></speak>`, /an attribute twice in the tag break/],
    ['<speak><break onclick="1"/></speak>', /has "onclick" in the tag break/],
    ['<speak><break toString="1"/></speak>', /has "toString" in the tag break/],
    ['<speak><break time="soon"/></speak>', /a time in the tag break/],
    ['<speak><emphasis level="loud">a</emphasis></speak>', /a level in the tag emphasis/],
    ['<speak><say-as interpret-as="number-ish">1</say-as></speak>', /interpret-as/],
    ["<speak><!-- a -->b</speak>", /comment/],
    ["<speak><![CDATA[a]]></speak>", /CDATA/],
    ["<speak><?php a ?></speak>", /processing instruction/],
  ])("cannot be said: %s", (text, wrong) => {
    expect(ssmlError(text)).toMatchObject({
      wrong: expect.stringMatching(wrong),
      expected: expect.stringMatching(/./),
    });
  });

  it("is answered with its first fault", () => {
    expect(ssmlError("<speak><audio/><p>a & b</speak>")).toEqual({
      wrong: 'has the tag "audio"',
      expected: "tags among speak, break, emphasis, lang, p, phoneme, prosody, s, say-as, sub",
    });
  });

  it("is read in a time that grows with it, however deep its tags", () => {
    const deep = `<speak>${"<p>".repeat(3_000)}`;
    expect(ssmlError(deep)?.wrong).toMatch(/well-formed/);
  });
});
