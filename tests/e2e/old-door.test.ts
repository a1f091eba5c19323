import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { Inbox } from "../../tools/demo/inbox.ts";
import { newAccount } from "../../tools/system/caller.ts";
import { environmentOf } from "../../tools/system/running.ts";
import { type Harness, startHarness } from "./harness.ts";
import { npmRun } from "./processes.ts";
import { itemsIn } from "./traces.ts";

const KEY = "abcd1234";
const SECRET = "canary-of-the-account";
const PIN = "1234";

interface Came {
  readonly method: string | undefined;
  readonly signature: unknown;
  readonly fields: Readonly<Record<string, string>>;
}

let harness: Harness;
let server: Server;
let folder: string;
let receiver: string;
/** Results, by call_id. */
const results = new Inbox<Came>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "old-door-"));
  harness = await startHarness({ variables: { CREDENTIAL_IN_QUERY: "true" } });
  server = createServer(async (incoming, response) => {
    const { method, url = "", headers } = incoming;
    const body = await text(incoming);
    const sent = method === "GET" ? new URL(url, "http://old.example").searchParams : new URLSearchParams(body);
    const fields = Object.fromEntries(sent);
    results.put(String(fields.call_id), { method, signature: headers["webhook-signature"], fields });
    response.end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  receiver = `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`;
  const { applicationId, pem } = newAccount();
  const file = join(folder, "private.key");
  await writeFile(file, pem);
  const args = ["application", "--", "--id", applicationId, "--api-key", KEY, "--private-key", file];
  const { code, stdout, stderr } = await npmRun(args, { ...environmentOf(harness.system.local), API_SECRET: SECRET });
  expect([code, stderr, stdout]).toEqual([0, "", expect.stringContaining(`API key ${KEY}: registered`)]);
  await harness.unlimited(applicationId);
});
afterAll(async () => {
  server.close();
  server.closeAllConnections();
  await harness.stop();
  await rm(folder, { recursive: true });
});

interface Answer {
  readonly call_id: string;
  readonly to: string;
  readonly status: string;
  readonly error_text: string;
}

const credential = { api_key: KEY, api_secret: SECRET };

async function post(fields: Readonly<Record<string, string>>, path = "/tts-prompt/json"): Promise<Answer> {
  const body = new URLSearchParams({ ...credential, ...fields });
  const response = await fetch(`${harness.system.apiUrl}${path}`, { method: "POST", body });
  expect(response.status).toBe(200);
  return (await response.json()) as Answer;
}

const callTo = (to: string) => harness.system.sim.calls().find((call) => call.to === to);
const TIME = /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d$/;

describe("an old client's request", () => {
  it("with a PIN by GET, as its documentation shows it, works by changing host and credential", async () => {
    const to = "447700913000";
    const query = new URLSearchParams({
      ...credential,
      to,
      text: "Please enter your PIN number.",
      lg: "en-gb",
      voice: "female",
      max_digits: "4",
      pin_code: PIN,
      bye_text: "Thank you.",
      failed_text: "Incorrect PIN.",
      callback: receiver,
    });
    const answer = (await (await fetch(`${harness.system.apiUrl}/tts-prompt/json?${query}`)).json()) as Answer;
    expect(answer).toEqual({
      call_id: expect.stringMatching(/^[\da-f]{32}$/),
      to,
      status: "0",
      error_text: "Success",
    });
    expect(await results.first(answer.call_id)).toEqual({
      method: "GET",
      signature: expect.stringMatching(/^v1,/),
      fields: {
        call_id: answer.call_id,
        to,
        status: "ok",
        digits: PIN,
        call_direction: "out",
        call_price: expect.stringMatching(/^\d+\.\d+$/),
        call_rate: expect.stringMatching(/^\d+\.\d+$/),
        call_duration: expect.stringMatching(/^\d+$/),
        call_request: expect.stringMatching(TIME),
        call_start: expect.stringMatching(TIME),
        call_end: expect.stringMatching(TIME),
      },
    });
    expect(callTo(to)?.ncco).toMatchObject([
      { action: "talk", text: "Please enter your PIN number.", language: "en-GB" },
      { action: "input", dtmf: { maxDigits: 4 } },
      { action: "talk", text: "Thank you." },
    ]);
  });

  it("says its prompt again behind what it says of a wrong PIN, and a third one ends ok without digits", async () => {
    const to = "447700913002";
    const asked = { to, text: "Enter your PIN.", pin_code: PIN, failed_text: "Wrong.", callback: receiver };
    const { call_id } = await post({ ...asked, callback_method: "POST" });
    const { method, fields } = await results.first(call_id);
    expect([method, fields.status, "digits" in fields]).toEqual(["POST", "ok", false]);
    expect(callTo(to)?.ncco?.slice(2, 5)).toMatchObject([
      { action: "talk", text: "Wrong." },
      { action: "talk", text: "Enter your PIN." },
      { action: "input" },
    ]);
  });

  it("without a PIN gets the digits that were keyed", async () => {
    const { call_id } = await post({
      to: "447700913100",
      text: "Enter your code.",
      max_digits: "4",
      callback: receiver,
    });
    expect((await results.first(call_id)).fields).toMatchObject({ status: "ok", digits: PIN });
  });

  it("without a PIN is told of nothing where nothing was keyed", async () => {
    const { call_id } = await post({ to: "447700913103", text: "Enter your code.", callback: receiver });
    expect((await results.first(call_id)).fields).toMatchObject({ status: "ok", digits: "nothing" });
  });

  it("that only speaks is ok when all was said", async () => {
    const to = "447700913200";
    const { call_id } = await post({ to, text: "Your parcel is here.", repeat: "2", callback: receiver }, "/tts/json");
    const { fields } = await results.first(call_id);
    expect([fields.status, "digits" in fields]).toEqual(["ok", false]);
    expect(callTo(to)?.ncco?.[0]).toMatchObject({ action: "talk", text: "Your parcel is here.", loop: 2 });
  });

  it.each([
    ["nobody picks up", "447700913006", {}, "failed"],
    ["the line is busy", "447700913005", {}, "failed"],
    ["a machine answers, and is hung up on", "447700913008", { machine_detection: "hangup" }, "machine"],
    ["the number may not be called", "447700913013", {}, "blocked"],
  ])("has its own word where %s", async (_, to, more, status) => {
    const { call_id } = await post({ to, text: "Enter your PIN.", pin_code: PIN, callback: receiver, ...more });
    expect((await results.first(call_id)).fields).toMatchObject({ call_id, to, status });
  });

  it("is refused in its own words with another secret, and where a parameter is missing", async () => {
    expect(await post({ api_secret: "guessed", to: "447700913300", text: "x", pin_code: PIN })).toMatchObject({
      status: "4",
    });
    expect(await post({ to: "447700913300", pin_code: PIN })).toMatchObject({
      status: "2",
      error_text: expect.stringMatching(/^text is missing/),
    });
    expect(callTo("447700913300")).toBeUndefined();
  });
});

it("neither secret nor PIN is in the table once the results are there, nor in a log", async () => {
  await vi.waitFor(async () => {
    const kept = JSON.stringify([...(await itemsIn(harness.system.local))]);
    for (const secret of [SECRET, "PRIVATE KEY", `"${PIN}"`, "sealedDigits"]) expect(kept).not.toContain(secret);
  }, 15_000);
  const logged = harness.logLines.join("\n");
  for (const secret of [SECRET, "guessed", "PRIVATE KEY", `"${PIN}"`]) expect(logged).not.toContain(secret);
});
