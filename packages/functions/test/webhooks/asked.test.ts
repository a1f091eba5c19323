import { describe, expect, it } from "vitest";
import { fakeSeal } from "../../testing/seal.ts";
import { KEYS, PIN, spec, TID } from "../given.ts";
import { answerOf, digitsUrl, posted, webhookFixture } from "./given.ts";

const keyed = (digits: string) => posted({ uuid: "u", dtmf: { digits, timed_out: digits === "" } });
const said = (text: string) => [{ action: "talk", text }];

const PRESS = spec({
  ask: "press",
  pinHash: "",
  pinLength: 1,
  choices: { 1: "confirmed", 2: "declined" },
  choiceTexts: { 2: "We call again" },
  silenceText: "Please press a key",
});
const CAPTURE = spec({ ask: "capture", pinHash: "", pinLength: 8, minDigits: 3, submitsOnHash: true });
const { byeText, failedText, ...wordless } = spec();
const SAY: typeof PRESS = { ...wordless, ask: "say", pinHash: "", pinLength: 0 };

async function answered(asked: typeof PRESS, { digits, attempt = 1 }: { digits: string; attempt?: number }) {
  const { app, fixture } = await webhookFixture({ spec: asked });
  const { body } = await answerOf(await app.request(digitsUrl(attempt), keyed(digits)));
  return { body, published: fixture.bus.published.map(({ data }) => data), log: JSON.stringify(fixture.log.records) };
}

describe("a key that is pressed for a choice", () => {
  it("is published as the customer's word for it, and gets its own text or the goodbye", async () => {
    expect(await answered(PRESS, { digits: "1" })).toMatchObject({
      body: said("Thank you"),
      published: [{ attempt: 1, matched: true, timed_out: false, choice: "confirmed" }],
    });
    expect(await answered(PRESS, { digits: "2" })).toMatchObject({
      body: said("We call again"),
      published: [{ attempt: 1, matched: true, timed_out: false, choice: "declined" }],
    });
  });

  it.each([
    ["3", "That was wrong"],
    ["", "Please press a key"],
    ["*", "That was wrong"],
    ["constructor", "That was wrong"],
  ])("is none of them: %j", async (digits, text) => {
    const { body, published } = await answered(PRESS, { digits });
    expect(body).toMatchObject([
      { action: "talk", text },
      { action: "input", dtmf: { maxDigits: 1 } },
    ]);
    expect(published).toEqual([{ attempt: 1, matched: false, timed_out: digits === "" }]);
  });
});

describe("digits that are captured", () => {
  it("are published sealed, for the call alone, and are in no log", async () => {
    const { body, published, log } = await answered(CAPTURE, { digits: "90210#" });
    expect(body).toEqual(said("Thank you"));
    const sealed = await fakeSeal([KEYS.digits]).seal("90210", TID);
    expect(published).toEqual([{ attempt: 1, matched: true, timed_out: false, sealed_digits: sealed }]);
    expect(JSON.stringify(published) + log).not.toContain("90210");
  });

  it.each(["", "90", "9*210", "#"])("are too few, or not digits alone: %j", async (digits) => {
    const { body, published, log } = await answered(CAPTURE, { digits });
    expect(body).toMatchObject([
      { action: "talk", text: "That was wrong" },
      { action: "input", dtmf: { maxDigits: 8, submitOnHash: true }, eventUrl: [digitsUrl(2)] },
    ]);
    expect(published).toEqual([{ attempt: 1, matched: false, timed_out: digits === "" }]);
    expect(JSON.stringify(published) + log).not.toContain("90");
  });

  it("are not listened for again after the last attempt", async () => {
    expect((await answered(CAPTURE, { digits: "1", attempt: 3 })).body).toEqual([]);
  });
});

describe("a call that asks for nothing", () => {
  it("is told of when all is said, whatever the carrier sends with it", async () => {
    const { app, fixture } = await webhookFixture({ spec: SAY });
    expect(await answerOf(await app.request(digitsUrl(0), posted({ said: true })))).toEqual({ status: 200, body: [] });
    expect(fixture.bus.published).toMatchObject([
      { type: "call.digits", data: { attempt: 0, matched: true, timed_out: false } },
    ]);
  });

  it("is told of only where nothing is asked", async () => {
    const { app, fixture } = await webhookFixture({ spec: CAPTURE });
    expect((await app.request(digitsUrl(0), posted({ said: true }))).status).toBe(200);
    expect(fixture.bus.published).toMatchObject([{ data: { attempt: 0, matched: false } }]);
  });
});

describe("a PIN that a client of the deprecated API has asked for", () => {
  const asked = spec({ callback: { url: "https://old.example/r", method: "GET", shape: "tts_prompt" } });

  it("is published sealed once it was keyed, for the result says it there", async () => {
    const { published, log } = await answered(asked, { digits: PIN });
    const sealed = await fakeSeal([KEYS.digits]).seal(PIN, TID);
    expect(published).toEqual([{ attempt: 1, matched: true, timed_out: false, sealed_digits: sealed }]);
    expect(log).not.toContain(PIN);
  });

  it.each<[string, typeof PRESS, string]>([
    ["digits that are wrong", asked, "9999"],
    ["where the result goes nowhere", { ...asked, callback: { url: "", method: "GET", shape: "tts_prompt" } }, PIN],
    ["asked for by today's request", spec(), PIN],
  ])("is not: %s", async (_, of, digits) => {
    const { published } = await answered(of, { digits });
    expect(published).toEqual([{ attempt: 1, matched: digits === PIN, timed_out: false }]);
  });
});
