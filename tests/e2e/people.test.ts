import type { ResultAsJsonSchema } from "@promptcall/core/contracts/answers";
import { LEG_STATUSES } from "@promptcall/core/contracts/leg-status";
import type { SimCall } from "@promptcall/vonage-sim/sim";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type * as z from "zod/mini";
import { PEOPLE, resultOf } from "../../tools/demo/people.ts";
import { type Harness, shareHarness, TEXTS } from "./harness.ts";

type ResultAsJson = z.infer<typeof ResultAsJsonSchema>;

let harness: Harness;
beforeAll(async () => {
  harness = await shareHarness();
});
afterAll(() => harness.stop());

const talk = (text: string) => ({ action: "talk", text, bargeIn: true });
const bye = { action: "talk", text: TEXTS.bye_text };
const listen = (attempt: number) => ({
  action: "input",
  type: ["dtmf"],
  dtmf: { maxDigits: 4, timeOut: 5 },
  eventUrl: [expect.stringMatching(new RegExp(`/calls/[\\w-]{36}/digits/${attempt}/[\\w-]{43}$`))],
  eventMethod: "POST",
});
const prompt = [talk(TEXTS.text), listen(1)];
const again = (attempt: number) => [talk(TEXTS.failed_text), listen(attempt)];

type Played = Pick<SimCall, "status" | "digits"> & { ncco: readonly unknown[] };

const UNSPOKEN: Played = { status: "completed", ncco: [], digits: [] };
const REJECTED: Played = { ...UNSPOKEN, status: "rejected" };

/** What the carrier was asked to play and what it heard, for each kind of person. */
const PLAYED: Readonly<Record<string, Played>> = {
  "00": { status: "completed", ncco: [...prompt, bye], digits: ["1234"] },
  "01": { status: "completed", ncco: [...prompt, ...again(2), bye], digits: ["4321", "1234"] },
  "02": { status: "completed", ncco: [...prompt, ...again(2), ...again(3)], digits: ["4321", "4321", "4321"] },
  "03": { status: "completed", ncco: [...prompt, ...again(2), ...again(3)], digits: ["", "", ""] },
  "04": { ...UNSPOKEN, ncco: [talk(TEXTS.text)] },
  "05": UNSPOKEN,
  "06": UNSPOKEN,
  "07": REJECTED,
  "08": UNSPOKEN,
  "09": { status: "completed", ncco: [...prompt, bye], digits: ["1234"] },
  "10": REJECTED,
  "11": UNSPOKEN,
  "12": UNSPOKEN,
  "13": REJECTED,
  "14": UNSPOKEN,
  "15": UNSPOKEN,
  "16": { status: "completed", ncco: [...prompt, ...again(2), bye], digits: ["", "1234"] },
  "17": { status: "completed", ncco: [...prompt, bye], digits: ["1234"] },
  "18": { status: "completed", ncco: [...prompt, ...again(2), ...again(3)], digits: ["", "", ""] },
  "19": UNSPOKEN,
  "20": { status: "completed", ncco: [...prompt, bye], digits: ["1234"] },
  "21": UNSPOKEN,
  "22": UNSPOKEN,
  "23": UNSPOKEN,
};

describe("a call to somebody who", () => {
  it.concurrent.each(PEOPLE.map((person) => ({ person, result: Object.values(resultOf(person)).join(" ") })))(
    "$person.does ends in $result, delivered once",
    async ({ person }) => {
      // Both credentials and both callback methods, each with both spellings of the number.
      const index = PEOPLE.indexOf(person);
      const to = `${index % 2 === 0 ? "+" : ""}4477009010${person.ending}`;
      const method = index % 4 < 2 ? "GET" : "POST";
      const { applicationId, pem } = harness.account;
      const credential: Record<string, string> = index % 3 === 0 ? { app_id: applicationId, private_key: pem } : {};

      const tid = await harness.post({ to, callback_method: method, ...person.asks, ...credential });
      const result = await harness.customer.results.first(tid);

      expect(harness.customer.results.all(tid)).toEqual([
        {
          method,
          path: "/result",
          contentType: method === "POST" ? "application/x-www-form-urlencoded" : undefined,
          parameters: { tid, to, ...resultOf(person) },
          webhookId: `msg_${tid}`,
          genuine: true,
          receivedAtMs: result.receivedAtMs,
        },
      ]);
      const calls = harness.system.sim.calls().filter((call) => call.to === to.replace("+", ""));
      expect(calls).toEqual([expect.objectContaining({ ...PLAYED[person.ending], from: "447700900999" })]);
    },
    30_000,
  );
});

describe("a call that is said in another way", () => {
  const german = { action: "talk", language: "de-DE", style: 3, level: 0.5 };
  const said = (text: string) => ({ ...german, text, bargeIn: true });
  const heard = (attempt: number) => ({ ...listen(attempt), dtmf: { maxDigits: 4, timeOut: 9 } });
  const digits = "<speak>Ihr Code ist <say-as interpret-as='digits'>0123</say-as></speak>";
  const asked = {
    text: "Ihr Code ist {digits:0123}",
    failed_text: "Falsch.",
    silence_text: "Nichts.",
    last_failed_text: "Ende.",
    bye_text: "Danke.",
    repeat_text: "true",
    language: "de-de",
    voice: "male",
    level: "0.5",
    loop: "2",
    max_attempts: "2",
    input_timeout: "9",
  };

  it.concurrent.each([
    [
      "the right PIN at last",
      "447700905001",
      "ok",
      [said("Falsch."), said(digits), heard(2), { ...german, text: "Danke." }],
    ],
    [
      "a wrong PIN to the end",
      "447700905002",
      "failed",
      [said("Falsch."), said(digits), heard(2), { ...german, text: "Ende." }],
    ],
    [
      "silence to the end",
      "447700905003",
      "failed",
      [said("Nichts."), said(digits), heard(2), { ...german, text: "Ende." }],
    ],
  ])("goes on as it was asked to after %s", async (_, to, status, then) => {
    const tid = await harness.post({ to, ...asked });
    expect((await harness.customer.results.first(tid)).parameters).toEqual({ tid, to, status });
    const [call] = harness.system.sim.calls().filter((one) => one.to === to);
    expect(call?.ncco).toEqual([{ ...said(digits), loop: 2 }, heard(1), ...then]);
  });
});

describe("the people", () => {
  it("have brought about every status that the carrier knows of a phone", () => {
    const output = harness.system.sim.calls().flatMap(({ webhooks }) => webhooks);
    const statuses = output.flatMap((hook) => (hook.kind === "status" ? [hook.status] : []));
    // `disconnected` is of websockets.
    expect(new Set(statuses)).toEqual(new Set(LEG_STATUSES.filter((status) => status !== "disconnected")));
  });
});

describe("a result", () => {
  it.concurrent.each([
    { to: "+447700902000", callback_method: "GET" },
    { to: "447700902100", callback_method: "get" },
    { to: "+447700902200", callback_method: "POST" },
    { to: "447700902300", callback_method: "post" },
  ])("comes by $callback_method with $to spelled as it was sent", async ({ to, callback_method }) => {
    const tid = await harness.post({ to, callback_method, callback: `${harness.customer.url}/r?mine=1%262` });
    const result = await harness.customer.results.first(tid);
    expect(result).toMatchObject({ method: callback_method.toUpperCase(), path: "/r", genuine: true });
    const mine = callback_method.toUpperCase() === "GET" ? { mine: "1&2" } : {};
    expect(result.parameters).toEqual({ ...mine, tid, to, status: "ok" });
  });
});

describe("a result as JSON", () => {
  it("is the call as its status shows it", async () => {
    const tid = await harness.post({ to: "447700906001", callback_format: "json", reference: "order-4711" });
    const result = await harness.customer.results.first(tid);
    expect(result).toMatchObject({ method: "POST", contentType: "application/json", genuine: true });
    expect(result.json).toMatchObject({
      type: "call.completed",
      data: {
        tid,
        to: "447700906001",
        reference: "order-4711",
        state: "completed",
        status: "ok",
        attempts: [
          { attempt: 1, matched: false, at: expect.any(String) },
          { attempt: 2, matched: true, at: expect.any(String) },
        ],
        currency: "EUR",
        rate: expect.stringMatching(/^0\.\d+$/),
        network: expect.stringMatching(/^[\w-]+$/),
      },
    });
    const { dialed_at, attempts, ended_at } = (result.json as ResultAsJson).data;
    const times = [dialed_at, ...attempts.map(({ at }) => at), ended_at].map((time) => Date.parse(String(time)));
    expect(times).toEqual(times.toSorted((one, other) => one - other));
    expect(JSON.stringify(result.json)).not.toMatch(/anary|pin/i);
  });
});

describe("the logs", () => {
  it("hold no PIN, no text, no credential and no whole number", async () => {
    const tid = await harness.post({ to: "447700903301", pin_code: "1234" });
    await harness.customer.results.first(tid);
    const written = harness.logLines.join("\n");
    expect(written).toContain(tid);
    const { pem } = harness.account;
    for (const secret of ["4477009033", "anary", harness.jwt, pem.slice(40, 80), '"1234"', "callback?"])
      expect(written).not.toContain(secret);
    // By itself: an id may have these four figures in it.
    expect(written).not.toMatch(/(?<![0-9a-f-])4321(?![0-9a-f-])/);
  });
});
