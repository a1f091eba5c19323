import { describe, expect, it } from "vitest";
import { wrong } from "./expected.ts";
import { answerOf, apiFixture, BEARER, form, json, PARAMETERS } from "./given.ts";

const { text, bye_text, failed_text, ...REST } = PARAMETERS;
const TEXTS = {
  "de-DE": { text: "Ihre PIN & mehr?", bye_text: "Danke.", failed_text: "Falsch." },
  "fr-fr": "Votre code ?",
  "en-GB": { text: "Your code?", bye_text: "Cheers." },
  "cmn-CN": "请输入密码",
};
const NUMBERS = {
  germany: "4915112345678",
  austria: "436641234567",
  france: "33612345678",
  britain: "447911123456",
  china: "8613912345678",
  japan: "819012345678",
};

async function specOf(fields: object, request = json({ ...REST, ...fields })) {
  const { app, fixture } = apiFixture();
  expect(await answerOf(await app.request("/call", request))).toMatchObject({ status: 202 });
  return fixture.calls.records().specs[0];
}

async function refusal(fields: object) {
  const { app, fixture } = apiFixture();
  const answer = await answerOf(await app.request("/call", json({ ...REST, ...fields })));
  expect(fixture.calls.records()).toEqual({ specs: [], states: [] });
  return answer;
}

const german = {
  text: "<speak>Ihre PIN &amp; mehr?</speak>",
  byeText: "Danke.",
  failedText: "Falsch.",
  voice: { language: "de-DE" },
};

describe("texts by language", () => {
  it("are said in the language of the call, and what one does not have is that for all", async () => {
    expect(await specOf({ texts: TEXTS, language: "de_de", bye_text })).toMatchObject(german);
    const english = await specOf({ texts: TEXTS, language: "EN-gb", bye_text, failed_text });
    expect(english).toMatchObject({ text: "Your code?", byeText: "Cheers.", failedText: failed_text });
    const french = await specOf({ texts: TEXTS, language: "fr-FR", bye_text });
    expect(french).toMatchObject({ text: "Votre code ?", byeText: bye_text, voice: { language: "fr-FR" } });
  });

  it("leave what is said for all where the language is another, or none is named", async () => {
    expect(await specOf({ texts: TEXTS, text, language: "it-IT" })).toMatchObject({
      text,
      voice: { language: "it-IT" },
    });
    const usual = await specOf({ texts: TEXTS, text });
    expect(usual).toMatchObject({ text });
    expect(usual).not.toHaveProperty("voice");
    expect(await specOf({ texts: { "en-US": "Your PIN?" } })).toMatchObject({ text: "Your PIN?" });
  });

  it.each<[keyof typeof NUMBERS, string, string]>([
    ["germany", german.text, "de-DE"],
    ["austria", german.text, "de-DE"],
    ["france", "Votre code ?", "fr-FR"],
    ["britain", "Your code?", "en-GB"],
    ["china", "请输入密码", "cmn-CN"],
  ])("are chosen by the country of the number where that is asked for: %s", async (country, said, language) => {
    const spec = await specOf({ to: NUMBERS[country], texts: TEXTS, text, language: "auto" });
    expect(spec).toMatchObject({ text: said, voice: { language } });
  });

  it("leave what is said for all, in the usual language, to countries that speak none of them", async () => {
    const spec = await specOf({ to: NUMBERS.japan, texts: TEXTS, text, language: "auto" });
    expect(spec).toMatchObject({ text });
    expect(spec).not.toHaveProperty("voice");
  });

  it("are never chosen by the country where that is not asked for", async () => {
    expect(await specOf({ to: NUMBERS.germany, texts: TEXTS, text })).toMatchObject({ text });
  });

  it("are the same as a form, as a column and as a default, by the language of each row", async () => {
    expect(await specOf({}, form({ ...REST, texts: JSON.stringify(TEXTS), language: "de-DE" }))).toMatchObject(german);
    const { app, fixture } = apiFixture();
    const { to, ...shared } = REST;
    const calls = [
      { to, language: "de-DE" },
      { to: NUMBERS.france, language: "auto" },
      { to, language: "it-IT" },
    ];
    const answer = await answerOf(await app.request("/call", json({ defaults: { ...shared, texts: TEXTS }, calls })));
    expect(fixture.calls.records().specs).toMatchObject([german, { text: "Votre code ?" }]);
    expect(answer.body.rejected).toMatchObject([{ index: 2, errors: [{ field: "texts" }] }]);
    const quoted = `"${JSON.stringify({ "de-DE": "Ihre PIN?" }).replaceAll('"', '""')}"`;
    const body = `${Object.keys(REST).join(",")},texts,language\n${Object.values(REST).join(",")},${quoted},de-DE\n`;
    const table = { method: "POST", headers: { ...BEARER, "content-type": "text/csv" }, body };
    expect(await specOf({}, table)).toMatchObject({ text: "Ihre PIN?", voice: { language: "de-DE" } });
  });

  it("have choices of their own", async () => {
    const { pin_code, ...open } = REST;
    const asked = { choices: { 1: "yes" }, texts: { "de-DE": { text: "Ja?", choice_texts: { 1: "Gut." } } } };
    const { app, fixture } = apiFixture();
    expect((await app.request("/call", json({ ...open, ...asked, language: "de-DE" }))).status).toBe(202);
    expect(fixture.calls.records().specs).toMatchObject([{ text: "Ja?", choiceTexts: { 1: "Gut." } }]);
  });

  it.each<[string, object, [field: string, wrong: string, expected: string]]>([
    ["missing altogether", {}, ["text", "is missing", "text of 1 to 1500 characters"]],
    [
      "automatic without any",
      { text, language: "auto" },
      ["language", "is auto, and there is nothing to choose from", "texts, by language"],
    ],
    [
      "in another language alone",
      { texts: TEXTS, language: "it-IT" },
      ["texts", "has no text in the language of the call", "one, or text for all others"],
    ],
    [
      "in no language of the country",
      { to: NUMBERS.japan, texts: TEXTS, language: "auto" },
      ["texts", "has no text in the language of the country that is called", "one, or text for all others"],
    ],
    [
      "without a prompt",
      { texts: { "de-DE": { bye_text: "Danke." } }, language: "de-DE" },
      ["texts", "has no text in the language of the call", "one, or text for all others"],
    ],
    [
      "in a language that the carrier does not speak",
      { texts: { ...TEXTS, "de-CH": "Ihre PIN?" }, language: "de-DE" },
      ["texts", 'has "de-CH", which the carrier does not speak', "one that it does speak; near are de-AT, de-DE"],
    ],
    [
      "what cannot be said",
      { texts: { "de-DE": "<speak>Ihre PIN?" }, language: "de-DE" },
      ["text", expect.stringContaining("well-formed"), expect.any(String)],
    ],
  ])("may not be %s", async (_, fields, error) => {
    expect(await refusal(fields)).toEqual(wrong(error));
  });

  it("may not go with what is not asked", async () => {
    const { pin_code, ...open } = REST;
    const fields = { ...open, ask: "say", texts: TEXTS, language: "de-DE" };
    const { app } = apiFixture();
    const { body } = await answerOf(await app.request("/call", json(fields)));
    expect(body.errors.map(({ field }: { field: string }) => field)).toEqual(["bye_text", "failed_text"]);
  });

  it.each([
    {},
    "Ihre PIN?",
    { "de-DE": "" },
    { "de-DE": { tekst: "Ihre PIN?" } },
    { "de-DE": "x".repeat(1_501) },
    ["de-DE"],
  ])("have a form and limits: not %j", async (texts) => {
    const { status, body } = await refusal({ texts, language: "de-DE" });
    expect(status).toBe(400);
    expect(body.errors).toContainEqual(expect.objectContaining({ field: "texts" }));
  });
});
