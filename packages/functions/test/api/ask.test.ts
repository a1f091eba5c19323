import type { CallSpec } from "@promptcall/core/contracts/records/spec";
import { statusToken } from "@promptcall/core/security/status-token";
import { describe, expect, it } from "vitest";
import { fakeSeal } from "../../testing/seal.ts";
import { after, at, claim, KEYS, queued, report, spec, TID } from "../given.ts";
import { wrong } from "./expected.ts";
import { answerOf, apiFixture, BEARER, form, json, PARAMETERS } from "./given.ts";

const { pin_code, bye_text, failed_text, ...NO_PIN } = PARAMETERS;
const CHOICES = { 1: "confirmed", 2: "declined" };
const PIN = "1 to 20 digits, as text so that leading zeros are kept";
const UNCLEAR = `${PIN}; or choices, or ask with capture or say`;

async function specOf(request: RequestInit, path = "/call") {
  const { app, fixture } = apiFixture();
  expect(await answerOf(await app.request(path, request))).toMatchObject({ status: 202 });
  return fixture.calls.records().specs[0];
}

async function refusal(fields: object) {
  const { app, fixture } = apiFixture();
  const answer = await answerOf(await app.request("/call", json(fields)));
  expect(fixture.calls.records()).toEqual({ specs: [], states: [] });
  return answer;
}

const table = (fields: Record<string, unknown>) => {
  const quoted = (value: unknown) =>
    `"${(typeof value === "object" ? JSON.stringify(value) : String(value)).replaceAll('"', '""')}"`;
  const body = `${Object.keys(fields).join(",")}\n${Object.values(fields).map(quoted).join(",")}\n`;
  return { method: "POST", headers: { ...BEARER, "content-type": "text/csv" }, body };
};
const asText = (fields: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      typeof value === "object" ? JSON.stringify(value) : String(value),
    ]),
  );

describe("what a call asks", () => {
  it.each<[string, Record<string, unknown>, object]>([
    [
      "one of several choices, each with its own text",
      { choices: CHOICES, choice_texts: { 2: "We & you" } },
      {
        ask: "press",
        choices: CHOICES,
        choiceTexts: { 2: "<speak>We &amp; you</speak>" },
        pinLength: 1,
        attemptsAllowed: 3,
      },
    ],
    ["digits", { ask: "capture" }, { ask: "capture", minDigits: 1, pinLength: 4 }],
    [
      "so many digits",
      { ask: "capture", min_digits: 3, max_digits: 20, submit_on_hash: true, max_attempts: 2 },
      { ask: "capture", minDigits: 3, pinLength: 20, submitsOnHash: true, attemptsAllowed: 2 },
    ],
    ["nothing", { ask: "say", loop: 2 }, { ask: "say", pinLength: 0, loop: 2 }],
  ])("is %s: as JSON, as a form, as a column and as a default", async (_, asked, expected) => {
    const calls = [{ to: NO_PIN.to }];
    for (const request of [
      json({ ...NO_PIN, ...asked }),
      form({ ...NO_PIN, ...asText(asked) }),
      table({ ...NO_PIN, ...asked }),
      json({ defaults: { ...NO_PIN, ...asked }, calls }),
      json({ defaults: NO_PIN, calls: [{ ...calls[0], ...asked }] }),
    ]) {
      const kept = await specOf(request);
      expect(kept).toMatchObject({ ...expected, pinHash: "" });
      expect(kept).not.toHaveProperty("pinKeyId");
    }
  });

  it("is a PIN where there is one, said or not, and as before nothing else is kept of it", async () => {
    const [plain, said] = [await specOf(json(PARAMETERS)), await specOf(json({ ...PARAMETERS, ask: "confirm" }))];
    for (const kept of [plain, said]) {
      expect(kept).toMatchObject({ pinLength: 4, pinHash: expect.stringMatching(/^.{43}$/) });
      for (const field of ["ask", "choices", "minDigits", "submitsOnHash"]) expect(kept).not.toHaveProperty(field);
    }
  });

  it.each<[string, object, ...[field: string, wrong: string, expected: string][]]>([
    ["not said", NO_PIN, ["pin_code", "is missing", UNCLEAR]],
    ["not said by a number of digits", { ...NO_PIN, max_digits: 6 }, ["pin_code", "is missing", UNCLEAR]],
    ["a PIN without one", { ...NO_PIN, ask: "confirm" }, ["pin_code", "is missing", PIN]],
    [
      "a choice without any",
      { ...NO_PIN, ask: "press" },
      ["choices", "is missing", 'a word for each digit, as {"1": "confirmed"}'],
    ],
    [
      "a PIN and choices",
      { ...PARAMETERS, choices: CHOICES },
      ["choices", "is given where ask is confirm", "it with ask press"],
    ],
    [
      "digits and a PIN",
      { ...PARAMETERS, ask: "capture" },
      ["pin_code", "is given where ask is capture", "it with ask confirm"],
    ],
    [
      "nothing, with words for an answer",
      { ...NO_PIN, ask: "say", bye_text: "Bye", max_attempts: 2 },
      ["bye_text", "is given where ask is say", "it with ask confirm or press or capture"],
      ["max_attempts", "is given where ask is say", "it with ask confirm or press or capture"],
    ],
    [
      "more digits than it takes",
      { ...NO_PIN, ask: "capture", min_digits: 5 },
      ["min_digits", "is more than max_digits", "at most 4"],
    ],
    [
      "a text for no choice",
      { ...NO_PIN, choices: CHOICES, choice_texts: { 3: "Three" } },
      ["choice_texts", "has a text for a digit that is no choice", "digits of choices"],
    ],
    [
      "a text that cannot be said",
      { ...NO_PIN, choices: CHOICES, choice_texts: { 1: "<speak>1" } },
      ["choice_texts", expect.stringContaining("well-formed"), expect.any(String)],
    ],
  ])("may not be %s", async (_, fields, ...errors) => {
    expect(await refusal(fields)).toEqual(wrong(...errors));
  });

  it.each<[string, unknown]>([
    ["ask", "shout"],
    ["min_digits", 0],
    ["max_digits", 21],
    ["submit_on_hash", "perhaps"],
    ["choices", {}],
    ["choices", "confirmed"],
    ["choices", { 10: "ten" }],
    ["choices", { "#": "hash" }],
    ["choices", { 1: "two words" }],
    ["choices", { 1: "" }],
    ["choices", ["confirmed"]],
    ["choice_texts", { 1: "x".repeat(501) }],
  ])("has a limit for %s: not %j", async (field, value) => {
    const { status, body } = await refusal({ ...NO_PIN, choices: CHOICES, [field]: value });
    expect(status).toBe(400);
    expect(body.errors).toContainEqual(expect.objectContaining({ field }));
  });

  it("is a column that is missed once where no row can have it", async () => {
    const { app } = apiFixture();
    const { body } = await answerOf(await app.request("/call", table(NO_PIN)));
    expect(body).toMatchObject({ errors: [{ field: "pin_code", wrong: "is missing" }], rejected: [] });
  });

  it("is another thing in each row of a batch, and a row that says nothing is refused", async () => {
    const { app, fixture } = apiFixture();
    const { to } = NO_PIN;
    const calls = [{ to, pin_code }, { to, choices: CHOICES }, { to, ask: "say" }, { to }];
    const { body } = await answerOf(await app.request("/call", json({ defaults: NO_PIN, calls })));
    expect(body.rejected).toEqual([
      { index: 3, errors: [{ field: "pin_code", wrong: "is missing", expected: UNCLEAR }] },
    ]);
    expect(fixture.calls.records().specs.map(({ ask }) => ask)).toEqual([undefined, "press", "say"]);
  });

  it("lets the address of a GET have what no result of it has", async () => {
    const by = (name: string) => ({
      ...NO_PIN,
      callback_method: "GET",
      callback: `https://customer.example/?${name}=1`,
    });
    expect(await specOf(json({ ...by("digits"), pin_code }))).toMatchObject({ callback: { method: "GET" } });
    for (const fields of [
      { ...by("digits"), ask: "capture" },
      { ...by("choice"), choices: CHOICES },
    ])
      expect((await refusal(fields)).body).toMatchObject({ errors: [{ field: "callback" }] });
  });
});

describe("digits that were captured", () => {
  async function captured(asked: Partial<CallSpec> = { ask: "capture" }) {
    const { app, fixture } = apiFixture();
    const sealedDigits = await fakeSeal([KEYS.digits]).seal("90210", TID);
    const call = after(
      queued(),
      claim(),
      report(5, { type: "digits", attempt: 1, matched: true, sealedDigits }),
      report(9, { type: "leg", status: "completed" }),
    );
    fixture.hold({ spec: spec({ pinHash: "", ...asked }), call });
    return { app, fixture, sealedDigits };
  }

  it("are shown to the credential of their application until they are erased, and in no list", async () => {
    const { app, fixture } = await captured();
    const look = async () => await answerOf(await app.request(`/call/${TID}`, { headers: BEARER }));
    expect((await look()).body).toMatchObject({ status: "ok", digits: "90210" });
    const token = statusToken({ kind: "call", id: TID, key: KEYS.status });
    const byAddress = await answerOf(await app.request(`/call/${TID}?token=${token}`));
    expect(byAddress.body).toMatchObject({ status: "ok" });
    expect(byAddress.body).not.toHaveProperty("digits");
    const list = await app.request("/calls", { headers: BEARER });
    expect(await list.text()).not.toContain("90210");
    await fixture.calls.eraseDigits(TID);
    expect((await look()).body).not.toHaveProperty("digits");
  });

  it("are forgotten with the call", async () => {
    const { app, fixture, sealedDigits } = await captured();
    const forgotten = await app.request(`/call/${TID}?forget=true`, { method: "DELETE", headers: BEARER });
    expect(await answerOf(forgotten)).toMatchObject({ status: 200, body: { status: "ok", forgotten: true } });
    expect(JSON.stringify(fixture.calls.records())).not.toContain(sealedDigits);
  });

  it("are forgotten with the call also where its result is parked", async () => {
    const { app, fixture, sealedDigits } = await captured();
    await fixture.parkedDigits.keep(TID, sealedDigits);
    await fixture.calls.eraseDigits(TID);
    const { body } = await answerOf(await app.request(`/call/${TID}`, { headers: BEARER }));
    expect(body).toMatchObject({ digits: "90210" });
    await app.request(`/call/${TID}?forget=true`, { method: "DELETE", headers: BEARER });
    expect(fixture.parkedDigits.records()).toEqual([]);
  });

  it.each([
    ["the deprecated API's, as it says another thing without them", 409, "result_is_erased"],
    ["one of this api, which has them no more", 202, undefined],
  ])("once erased, their result is sent again where it is not: %s", async (whose, status, code) => {
    const old = { url: "https://old.example/result", method: "GET", shape: "tts_prompt" } as const;
    const { app, fixture, sealedDigits } = await captured(status === 409 ? { callback: old } : { ask: "capture" });
    const replay = async () =>
      await answerOf(await app.request(`/call/${TID}/replay`, { method: "POST", headers: BEARER }));
    await fixture.deliveries.add(TID, { attempt: 1, at: at(20), answer: 410, durationMs: 1 }, "parked");
    await fixture.parkedDigits.keep(TID, sealedDigits);
    await fixture.calls.eraseDigits(TID);
    expect([whose, (await replay()).status]).toEqual([whose, 202]);
    await fixture.parkedDigits.erase(TID);
    const answer = await replay();
    expect(answer.status).toBe(status);
    if (code !== undefined) expect(answer.body).toMatchObject({ type: `urn:promptcall:problem:${code}` });
    expect(fixture.callbacks.sent).toHaveLength(status === 409 ? 1 : 2);
  });
});
