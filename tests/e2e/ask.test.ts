import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { spellings } from "../../packages/functions/test/spellings.ts";
import { type Harness, shareHarness, TEXTS } from "./harness.ts";
import { itemsIn } from "./traces.ts";

let harness: Harness;
beforeAll(async () => {
  harness = await shareHarness();
});
afterAll(() => harness.stop());

const CHOICES = JSON.stringify({ 1: "confirmed", 2: "declined" });
/** What the harness fills in, taken back: an empty parameter is not given. */
const NO_PIN = { pin_code: "" };
const ONLY_SAID = { ...NO_PIN, bye_text: "", failed_text: "" };

const talk = (text: string) => ({ action: "talk", text, bargeIn: true });
const said = (text: string) => ({ action: "talk", text });
const listen = (attempt: number, dtmf: object) => ({
  action: "input",
  type: ["dtmf"],
  dtmf: { timeOut: 5, ...dtmf },
  eventUrl: [expect.stringMatching(new RegExp(`/digits/${attempt}/[\\w-]{43}$`))],
  eventMethod: "POST",
});
const key = (attempt: number) => listen(attempt, { maxDigits: 1 });

interface Row {
  readonly what: string;
  readonly to: string;
  readonly asks: Readonly<Record<string, string>>;
  readonly result: object;
  readonly played: readonly unknown[];
}

const rows: Row[] = [
  {
    what: "presses a choice, and hears its own text",
    to: "447700907032",
    asks: { choices: CHOICES, choice_texts: JSON.stringify({ 2: "Q & A" }) },
    result: { status: "ok", choice: "declined" },
    played: [talk(TEXTS.text), key(1), said("<speak>Q &amp; A</speak>")],
  },
  {
    what: "presses no choice at first, and hears the goodbye after another key",
    to: "447700907033",
    asks: { ask: "press", choices: CHOICES, choice_texts: JSON.stringify({ 2: "We call again" }) },
    result: { status: "ok", choice: "confirmed" },
    played: [talk(TEXTS.text), key(1), talk(TEXTS.failed_text), key(2), said(TEXTS.bye_text)],
  },
  {
    what: "presses nothing, to the end",
    to: "447700907003",
    asks: { choices: CHOICES, silence_text: "Press a key.", last_failed_text: "Goodbye.", max_attempts: "2" },
    result: { status: "failed" },
    played: [talk(TEXTS.text), key(1), talk("Press a key."), key(2), said("Goodbye.")],
  },
  {
    what: "keys digits, which are four where nothing is said",
    to: "447700907100",
    asks: { ask: "capture" },
    result: { status: "ok", digits: "1234" },
    played: [talk(TEXTS.text), listen(1, { maxDigits: 4 }), said(TEXTS.bye_text)],
  },
  {
    what: "ends the digits with #",
    to: "447700907130",
    asks: { ask: "capture", max_digits: "20", submit_on_hash: "true" },
    result: { status: "ok", digits: "42" },
    played: [talk(TEXTS.text), listen(1, { maxDigits: 20, submitOnHash: true }), said(TEXTS.bye_text)],
  },
  {
    what: "keys too few digits, to the end",
    to: "447700907230",
    asks: { ask: "capture", min_digits: "3", max_digits: "8", max_attempts: "1" },
    result: { status: "failed" },
    played: [talk(TEXTS.text), listen(1, { maxDigits: 8 })],
  },
  {
    what: "is silent at first, then keys digits",
    to: "447700907131",
    asks: { ask: "capture", silence_text: "Anybody there?" },
    result: { status: "ok", digits: "1234" },
    played: [
      talk(TEXTS.text),
      listen(1, { maxDigits: 4 }),
      talk("Anybody there?"),
      listen(2, { maxDigits: 4 }),
      said(TEXTS.bye_text),
    ],
  },
  {
    what: "listens to the end to what asks nothing",
    to: "447700907303",
    asks: { ask: "say", bye_text: "", failed_text: "", loop: "2" },
    result: { status: "ok" },
    played: [
      { ...said(TEXTS.text), loop: 2 },
      {
        action: "notify",
        payload: { said: true },
        eventUrl: [expect.stringMatching(/\/digits\/0\//)],
        eventMethod: "POST",
      },
    ],
  },
  {
    what: "hangs up before the end of what asks nothing",
    to: "447700907304",
    asks: { ask: "say", bye_text: "", failed_text: "" },
    result: { status: "error", reason: "hung_up" },
    played: [said(TEXTS.text)],
  },
];

const callTo = (to: string) => harness.system.sim.calls().find((one) => one.to === to);

describe("somebody who", () => {
  it.concurrent.each(rows)(
    "$what: one result, as a form",
    async ({ to, asks, result, played }) => {
      const tid = await harness.post({ ...NO_PIN, to, ...asks });
      expect((await harness.customer.results.first(tid)).parameters).toEqual({ tid, to, ...result });
      expect(harness.customer.results.all(tid)).toMatchObject([{ genuine: true }]);
      expect(callTo(to)?.ncco).toEqual(played);
    },
    30_000,
  );
});

describe("a batch", () => {
  it("asks the same of all, or something else in each row, and its results have the words but no digits", async () => {
    const to = ["447700907532", "447700907500", "447700907501", "447700907503"] as const;
    const calls = [
      { to: to[0], choices: { 2: "declined" } },
      { to: to[1] },
      { to: to[2], ask: "confirm", pin_code: "1234" },
    ];
    const defaults = { ...NO_PIN, ask: "capture", max_digits: 8, submit_on_hash: true };
    // What is a default holds for each row: one that asks for a key has to say so.
    const refused = await harness.postBatch({ defaults, calls });
    expect((await refused.json()) as object).toMatchObject({
      rejected: [
        { index: 0, errors: expect.arrayContaining([expect.objectContaining({ field: "choices" })]) },
        { index: 2, errors: expect.arrayContaining([expect.objectContaining({ field: "max_digits" })]) },
      ],
    });
    const rows = [{ ...calls[0] }, { to: to[1], ask: "capture" }, { to: to[2], pin_code: "1234" }];
    const batch = await harness.postBatch({ defaults: { ...NO_PIN, callback_format: "json" }, calls: rows });
    const { accepted, status_url } = (await batch.json()) as { accepted: { tid: string }[]; status_url: string };
    const results = await Promise.all(accepted.map(({ tid }) => harness.customer.results.first(tid)));
    expect(results.map(({ json }) => (json as { data: object }).data)).toMatchObject([
      { status: "ok", choice: "declined" },
      { status: "ok", digits: "1234" },
      { status: "ok" },
    ]);
    const pages = await Promise.all(
      ["json", "ndjson", "csv"].map(async (format) => {
        const listed = await fetch(status_url.replace("?", `/results?format=${format}&`));
        return [listed.status, await listed.text()] as const;
      }),
    );
    expect(pages.map(([status]) => status)).toEqual([200, 200, 200]);
    for (const [, text] of pages) {
      expect(text).toContain("declined");
      expect(text).not.toContain("digits");
    }
  });

  it("is a table with columns for what is asked", async () => {
    const csv = [
      "to,text,ask,choices,max_digits",
      `447700907633,"Press a key.",press,"${CHOICES.replaceAll('"', '""')}",`,
      `447700907630,"Your number?",capture,,6`,
      `447700907603,"We are open.",say,,`,
    ].join("\n");
    const query = new URLSearchParams({ from: "447700900999", callback: `${harness.customer.url}/result` });
    const answer = await fetch(`${harness.system.apiUrl}/call?${query}`, {
      method: "POST",
      headers: { authorization: `Bearer ${harness.jwt}`, "content-type": "text/csv" },
      body: csv,
    });
    const { accepted } = (await answer.json()) as { accepted: { tid: string }[] };
    const results = await Promise.all(accepted.map(({ tid }) => harness.customer.results.first(tid)));
    expect(results.map(({ parameters }) => parameters)).toMatchObject([
      { status: "ok", choice: "confirmed" },
      { status: "ok", digits: "42" },
      { status: "ok" },
    ]);
  });
});

describe("what is not asked for right", () => {
  it("is refused, and nobody is called", async () => {
    const requests: readonly Record<string, string>[] = [
      { ...ONLY_SAID, to: "447700907800" },
      { ...NO_PIN, to: "447700907800", max_digits: "6" },
      { ...NO_PIN, to: "447700907800", ask: "say" },
      { ...NO_PIN, to: "447700907800", ask: "capture", max_digits: "21" },
      { to: "447700907800", choices: CHOICES },
    ];
    for (const fields of requests) {
      const body = new URLSearchParams({ from: "447700900999", pin_code: "1234", ...TEXTS, ...fields });
      const headers = { authorization: `Bearer ${harness.jwt}` };
      expect((await fetch(`${harness.system.apiUrl}/call`, { method: "POST", headers, body })).status).toBe(400);
    }
    expect(callTo("447700907800")).toBeUndefined();
  });
});

describe("captured digits", () => {
  it("are in no log, no item of the table and no list, sealed or not, once the result is delivered", async () => {
    const to = "447700907730";
    const tid = await harness.post({ ...NO_PIN, to, ask: "capture", max_digits: "6", submit_on_hash: "true" });
    expect((await harness.customer.results.first(tid)).parameters).toMatchObject({ digits: "42" });
    const own = async () =>
      JSON.stringify([...(await itemsIn(harness.system.local))].filter(([name]) => name.includes(tid)));
    await expect.poll(own, { timeout: 10_000 }).not.toMatch(/sealedDigits|"digits"/);
    expect(await own()).toContain('"outcome":{"M":{"status":{"S":"ok"}}}');
    const credential = { headers: { authorization: `Bearer ${harness.jwt}` } };
    const looked = await (await fetch(`${harness.system.apiUrl}/call/${tid}`, credential)).json();
    expect(looked).toMatchObject({ status: "ok" });
    expect(looked).not.toHaveProperty("digits");
    for (const spelling of spellings("1234"))
      expect(harness.logLines.filter((line) => line.includes(`"digits":"${spelling}`))).toEqual([]);
  });
});
