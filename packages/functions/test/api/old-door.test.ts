import { describe, expect, it } from "vitest";
import { changeOldKey } from "../../src/applications/change-old-key.ts";
import { apiFixture, rsaKey } from "./given.ts";

const PAIR = rsaKey(2048);
const OLD = { api_key: "abcd1234", api_secret: "s3cret-of-the-account" };
const CALL = { to: "447700900001", text: "Please enter your PIN", pin_code: "1234", callback: "https://old.example/r" };

const oldKey = { apiKey: OLD.api_key, secret: OLD.api_secret, privateKey: PAIR.privateKey };

/** To seal takes a fifth of a second. */
const registered = (async () => {
  const { fixture } = apiFixture();
  await changeOldKey({ applicationId: "app", oldKey }, fixture);
  return await fixture.oldKeys.read(OLD.api_key);
})();

async function doorFixture() {
  const api = apiFixture();
  const { fixture } = api;
  await fixture.oldKeys.write(OLD.api_key, await registered);
  await fixture.applications.write("app", { seen: {}, next: { publicKeys: [{ pem: PAIR.publicKey }] } });
  return api;
}
type Api = Awaited<ReturnType<typeof doorFixture>>;

async function ask({ app }: Api, fields: Record<string, string>, { method = "POST", path = "/tts-prompt/json" } = {}) {
  const query = new URLSearchParams(fields);
  const response =
    method === "GET"
      ? await app.request(`${path}?${query}`)
      : await app.request(path, {
          method,
          headers: { "content-type": "application/x-www-form-urlencoded" },
          body: `${query}`,
        });
  return { status: response.status, body: (await response.json()) as { status: string; error_text: string } };
}

const specsOf = ({ fixture }: Api) => fixture.calls.records().specs;

describe("a request of the deprecated API", () => {
  it.each(["GET", "POST"])("by %s is accepted, and answered in its shape", async (method) => {
    const api = await doorFixture();
    const { status, body } = await ask(api, { ...OLD, ...CALL }, { method });
    expect([status, body]).toEqual([
      200,
      { call_id: expect.stringMatching(/^[\da-f]{32}$/), to: CALL.to, status: "0", error_text: "Success" },
    ]);
    expect(specsOf(api)).toMatchObject([
      {
        applicationId: "app",
        to: CALL.to,
        from: "",
        randomFrom: true,
        text: CALL.text,
        voice: { language: "en-US" },
        repeatsText: true,
        attemptsAllowed: 3,
        callback: { url: CALL.callback, method: "GET", shape: "tts_prompt" },
      },
    ]);
    expect(api.fixture.dial.sent).toHaveLength(1);
  });

  it("by POST may be JSON of each type that it took", async () => {
    const api = await doorFixture();
    for (const type of ["application/json", "text/json", "application/x-javascript; charset=utf-8"]) {
      const body = JSON.stringify({ ...OLD, ...CALL, max_digits: 4, repeat: 2 });
      const response = await api.app.request("/tts-prompt/json", {
        method: "POST",
        headers: { "content-type": type },
        body,
      });
      expect(await response.json()).toMatchObject({ status: "0" });
    }
    expect(specsOf(api)).toMatchObject(Array(3).fill({ loop: 2 }));
  });

  it("has its parameters in the words of today", async () => {
    const api = await doorFixture();
    const asked = {
      ...OLD,
      ...CALL,
      from: "447700900999",
      lg: "de-de",
      voice: "male",
      repeat: "3",
      max_digits: "4",
      bye_text: "Danke.",
      failed_text: 'Falsch. <break time="1s"/> & noch einmal.',
      machine_detection: "hangup",
      machine_timeout: "5000",
      callback_method: "post",
    };
    expect((await ask(api, asked)).body.status).toBe("0");
    expect(specsOf(api)).toMatchObject([
      {
        from: "447700900999",
        voice: { language: "de-DE", style: 3 },
        loop: 3,
        byeText: "Danke.",
        failedText: '<speak>Falsch. <break time="1s"/> &amp; noch einmal.</speak>',
        machineDetection: "hangup",
        callback: { method: "POST" },
      },
    ]);
  });

  it("without a PIN captures digits, once, and one that only speaks asks for none", async () => {
    const api = await doorFixture();
    const { pin_code, ...rest } = { ...OLD, ...CALL };
    expect((await ask(api, { ...rest, max_digits: "6", bye_text: "Thanks" })).body.status).toBe("0");
    expect((await ask(api, rest, { path: "/tts/json" })).body.status).toBe("0");
    expect(specsOf(api)).toMatchObject([
      { ask: "capture", pinLength: 6, attemptsAllowed: 1, callback: { shape: "tts_prompt" } },
      { ask: "say", callback: { shape: "tts" } },
    ]);
    expect((await ask(api, { ...rest, pin_code }, { path: "/tts/json" })).body).toMatchObject({ status: "3" });
  });

  it("that wants to speak after the beep has the carrier listen for one", async () => {
    const api = await doorFixture();
    expect((await ask(api, { ...OLD, ...CALL, machine_detection: "true" })).body.status).toBe("0");
    expect(specsOf(api)).toMatchObject([{ machineDetection: "continue", advancedDetection: { mode: "detect_beep" } }]);
  });

  it.each<[string, Record<string, string>, string, RegExp]>([
    ["no number", { to: "" }, "2", /^to is missing/],
    ["a wrong number", { to: "12" }, "3", /^to is a number that cannot exist; expected/],
    ["a language that is not spoken", { lg: "xx-xx" }, "3", /^lg /],
    ["too many repeats", { repeat: "11" }, "3", /^repeat must be a whole number from 1 to 10/],
    ["a PIN of another length", { max_digits: "6" }, "3", /^pin_code must be as many digits as max_digits says/],
    ["too many digits", { max_digits: "17" }, "3", /^max_digits must be a whole number from 1 to 16/],
    ["an audio file", { text: '<audio src="https://a.example/a.mp3"/>' }, "3", /^text must be a text without <audio>/],
    ["a machine detection that there is not", { machine_detection: "maybe" }, "3", /^machine_detection/],
    ["a parameter of another API", { message: "x" }, "3", /^message is not a parameter/],
    [
      "a callback with a parameter of the result",
      { callback: "https://old.example/r?status=1" },
      "3",
      /^callback must/,
    ],
    ["a callback with another", { callback: "https://old.example/r?call_id=1" }, "3", /^callback must be for GET/],
    ["a callback inside", { callback: "http://10.0.0.1/" }, "3", /^callback/],
  ])("with %s is refused in its words, and nothing is left", async (_, more, code, text) => {
    const api = await doorFixture();
    const { status, body } = await ask(api, { ...OLD, ...CALL, ...more });
    expect([status, body.status, body.error_text]).toEqual([200, code, expect.stringMatching(text)]);
    expect([specsOf(api), api.fixture.dial.sent]).toEqual([[], []]);
  });

  it.each<[string, Record<string, string>]>([
    ["without a key", { api_key: "" }],
    ["without a secret", { api_secret: "" }],
    ["with a key that nobody has registered", { api_key: "zzzz9999" }],
    ["with another secret", { api_secret: "guess" }],
  ])("%s is refused as a credential, whatever else is wrong with it", async (_, more) => {
    const api = await doorFixture();
    const { body } = await ask(api, { ...OLD, ...CALL, to: "12", ...more });
    expect(body).toEqual({ status: "4", error_text: expect.any(String) });
    expect(specsOf(api)).toEqual([]);
    expect(JSON.stringify([body, api.fixture.log.records])).not.toMatch(/s3cret|guess/);
  });

  it("has its secret tried three times in a second, and a right one that is known goes on", async () => {
    const api = await doorFixture();
    expect((await ask(api, { ...OLD, ...CALL })).body.status).toBe("0");
    const codes: string[] = [];
    for (let guess = 0; guess < 3; guess += 1)
      codes.push((await ask(api, { ...OLD, ...CALL, api_secret: `guess-${guess}` })).body.status);
    expect(codes).toEqual(["4", "4", "1"]);
    expect((await ask(api, { ...OLD, ...CALL })).body.status).toBe("0");
  });

  it("has neither secret nor PIN in its address unless the stage allows it", async () => {
    const api = await doorFixture();
    Object.assign(api.fixture.settings, { credentialInQuery: false });
    try {
      const { api_secret, ...rest } = { ...OLD, ...CALL };
      for (const [query, body] of [
        [{ ...rest, api_secret }, {}],
        [{ pin_code: "1234" }, { ...OLD, to: CALL.to, text: CALL.text }],
      ] as const) {
        const response = await api.app.request(`/tts-prompt/json?${new URLSearchParams(query)}`, {
          method: "POST",
          body: new URLSearchParams(body),
        });
        expect(await response.json()).toMatchObject({ status: "4", error_text: expect.stringContaining("by POST") });
      }
      expect((await ask(api, { ...OLD, ...CALL })).body.status).toBe("0");
    } finally {
      Object.assign(api.fixture.settings, { credentialInQuery: true });
    }
  });

  it("of a number that is not called is told so", async () => {
    const api = await doorFixture();
    const seen = await api.fixture.applications.read("app");
    await api.fixture.applications.write("app", { seen, next: { ...seen, doNotCall: ["447700900001"] } });
    expect((await ask(api, { ...OLD, ...CALL })).body).toMatchObject({ status: "7" });
  });
});

describe("an API key of the deprecated API", () => {
  it("is registered with a private key that nobody reads without its secret, and that is told", async () => {
    const { fixture } = apiFixture();
    expect(await changeOldKey({ applicationId: "app", oldKey }, fixture)).toBe(true);
    const record = await fixture.oldKeys.read(OLD.api_key);
    expect(record).toMatchObject({ applicationId: "app" });
    expect(JSON.stringify(record)).not.toMatch(/PRIVATE|s3cret/);
    expect(fixture.bus.keyChanges).toMatchObject([{ data: { kinds: ["api_key"], by: "operator" } }]);
    expect(await fixture.oldAccounts.open({ apiKey: OLD.api_key, secret: OLD.api_secret })).toEqual({
      applicationId: "app",
      privateKey: PAIR.privateKey,
    });
  });

  it("is not taken from another application, and is withdrawn by its own", async () => {
    const api = await doorFixture();
    const { fixture } = api;
    const withdrawn = { apiKey: OLD.api_key };
    expect(await changeOldKey({ applicationId: "other", oldKey }, fixture)).toBe(false);
    expect(await changeOldKey({ applicationId: "other", oldKey: withdrawn }, fixture)).toBe(false);
    expect(await changeOldKey({ applicationId: "app", oldKey: withdrawn }, fixture)).toBe(true);
    expect((await ask(api, { ...OLD, ...CALL })).body.status).toBe("4");
    expect(fixture.bus.keyChanges).toHaveLength(1);
  });
});
