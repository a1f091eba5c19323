import { describe, expect, it } from "vitest";
import { wrong } from "./expected.ts";
import { answerOf, apiFixture, BEARER, form, json, PARAMETERS } from "./given.ts";

async function refusal(changes: object) {
  const { app, fixture } = apiFixture();
  const answer = await answerOf(await app.request("/call", json({ ...PARAMETERS, ...changes })));
  expect(fixture.calls.records()).toEqual({ specs: [], states: [] });
  return answer;
}

async function accepted(request: RequestInit) {
  const { app, fixture } = apiFixture();
  expect((await app.request("/call", request)).status).toBe(202);
  return fixture.calls.records().specs[0];
}

const SPEECH = {
  silence_text: "Nothing heard",
  last_failed_text: "Wrong again",
  repeat_text: "true",
  language: "DE-de",
  style: "2",
  premium: "true",
  level: "0.5",
  loop: "2",
  max_attempts: "4",
  input_timeout: "9",
  ringing_timer: "30",
  length_timer: "300",
};
const SPEC = {
  silenceText: "Nothing heard",
  lastFailedText: "Wrong again",
  repeatsText: true,
  voice: { language: "de-DE", style: 2, premium: true, level: 0.5 },
  loop: 2,
  attemptsAllowed: 4,
  inputTimeoutSeconds: 9,
  ringingSeconds: 30,
  longestSeconds: 300,
};

describe("how a call is said", () => {
  it("is the same as a form, as JSON, and as JSON with numbers", async () => {
    const numbers = Object.fromEntries(
      Object.entries(SPEECH).map(([name, value]) => [name, /^[\d.]+$/.test(value) ? Number(value) : value]),
    );
    for (const request of [
      form({ ...PARAMETERS, ...SPEECH }),
      json({ ...PARAMETERS, ...SPEECH }),
      json({ ...PARAMETERS, ...numbers, repeat_text: true, premium: true }),
    ])
      expect(await accepted(request)).toMatchObject(SPEC);
  });

  it("is a default of a batch, and of each row that does not say otherwise", async () => {
    const { app, fixture } = apiFixture();
    const { to, ...shared } = PARAMETERS;
    const calls = [{ to }, { to, language: "en-GB", loop: 1 }];
    expect((await app.request("/call", json({ defaults: { ...shared, ...SPEECH }, calls }))).status).toBe(202);
    const [first, second] = fixture.calls.records().specs;
    expect(first).toMatchObject(SPEC);
    const { loop, ...others } = SPEC;
    expect(second).toMatchObject({ ...others, voice: { ...SPEC.voice, language: "en-GB" } });
    expect([first?.loop, second?.loop]).toEqual([loop, undefined]);
  });

  it("has & and < as the carrier says them, in every text", async () => {
    const texts = {
      text: "Tom & Jerry?",
      bye_text: "1 < 2",
      failed_text: "Neither.",
      silence_text: "<speak>A &amp; B</speak>",
    };
    expect(await accepted(form({ ...PARAMETERS, ...texts }))).toMatchObject({
      text: "<speak>Tom &amp; Jerry?</speak>",
      byeText: "<speak>1 &lt; 2</speak>",
      failedText: "Neither.",
      silenceText: "<speak>A &amp; B</speak>",
    });
  });

  it("is a column of a table", async () => {
    const { app, fixture } = apiFixture();
    const columns = { ...PARAMETERS, language: "fr-FR", voice: "male", loop: "3" };
    const body = `${Object.keys(columns).join(",")}\n${Object.values(columns).join(",")}\n`;
    const headers = { ...BEARER, "content-type": "text/csv" };
    expect((await app.request("/call", { method: "POST", headers, body })).status).toBe(202);
    expect(fixture.calls.records().specs[0]).toMatchObject({ voice: { language: "fr-FR", style: 5 }, loop: 3 });
  });

  it.each<[string, object, [field: string, wrong: string, expected: string]]>([
    [
      "a language in a country where it is not spoken",
      { language: "de-CH" },
      ["language", "is not one that the carrier speaks", "one that it does speak; near are de-AT, de-DE"],
    ],
    [
      "a language with a slip",
      { language: "fe-FR" },
      ["language", "is not one that the carrier speaks", "one that it does speak; near are fr-FR, fi-FI, de-AT"],
    ],
    ["a style of no voice", { language: "de-AT", style: 1 }, ["style", "is none of de-AT", "one of 0"]],
    ["a style of no voice in the usual language", { style: 15 }, ["style", "is none of en-US", expect.any(String)]],
    ["a voice and a style", { voice: "male", style: 1 }, ["voice", "is given beside style", "one of the two"]],
    [
      "a voice that there is not",
      { language: "de-AT", voice: "male" },
      ["voice", "is not to be had in de-AT", "another voice, or a style"],
    ],
    [
      "a premium voice of a style that has none",
      { language: "ca-ES", premium: true },
      [
        "premium",
        "is asked for, and style 0 of ca-ES has no premium voice",
        "a style that has one; in ca-ES these have: 3",
      ],
    ],
    [
      "tags in a voice that takes none",
      { language: "ca-ES", style: 0, bye_text: "<speak>Bye</speak>" },
      ["bye_text", "is SSML, which this style does not take", "plain text, or another style"],
    ],
    [
      "something else marked as digits",
      { failed_text: "{digits:one}" },
      ["failed_text", "has {digits:…} with something else in it", "1 to 20 digits, as in {digits:1234}"],
    ],
    [
      "too long with what is sent for its signs",
      { text: "&".repeat(301) },
      [
        "text",
        "is too long with what stands for & and <",
        "at most 1500 characters, & and < counted as the &amp; and &lt; that are sent for them",
      ],
    ],
    ["a tag that is none", { text: "<speak><audio/>Hi</speak>" }, ["text", 'has the tag "audio"', expect.any(String)]],
    [
      "more than can be said in a call",
      { text: "1".repeat(1_500), loop: 10, failed_text: "x" },
      [
        "text",
        "takes up to 15002 s to be said, as often as it may be",
        "what takes no longer than a call may last: 300 s",
      ],
    ],
  ])("may not be %s", async (_, changes, error) => {
    expect(await refusal(changes)).toEqual(wrong(error));
  });

  it.each<[string, unknown, string]>([
    ["loop", 0, "a whole number from 1 to 10"],
    ["loop", "2.5", "a whole number from 1 to 10"],
    ["style", -1, "a whole number from 0 to 99"],
    ["level", 1.1, "a number from -1 to 1"],
    ["level", "loud", "a number from -1 to 1"],
    ["max_attempts", 11, "a whole number from 1 to 10"],
    ["input_timeout", 0, "1 to 10 seconds"],
    ["input_timeout", 11, "1 to 10 seconds"],
    ["ringing_timer", 121, "1 to 120 seconds"],
    ["length_timer", 0, "1 to 86400 seconds"],
    ["voice", "neutral", "female or male"],
    ["premium", "yes", "true or false"],
    ["repeat_text", "perhaps", "true or false"],
    ["silence_text", "x".repeat(501), "text of 1 to 500 characters"],
    ["last_failed_text", "x".repeat(501), "text of 1 to 500 characters"],
  ])("has a limit for %s: not %j", async (field, value, expected) => {
    const answer = await refusal({ [field]: value });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ errors: [{ field, expected }] });
  });
});

describe("the form of a result", () => {
  it("is JSON where that is asked for", async () => {
    expect(await accepted(form({ ...PARAMETERS, callback_format: "json" }))).toMatchObject({
      callback: { method: "POST", format: "json" },
    });
    expect((await accepted(form(PARAMETERS)))?.callback).not.toHaveProperty("format");
  });

  it.each([
    [{ callback_format: "json", callback_method: "GET" }, "form with the callback_method GET, which has no body"],
    [{ callback_format: "xml" }, "form or json"],
  ])("is not %j", async (changes, expected) => {
    expect((await refusal(changes)).body).toMatchObject({ errors: [{ field: "callback_format", expected }] });
  });
});
