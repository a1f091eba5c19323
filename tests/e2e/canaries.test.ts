import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Event } from "@promptcall/core/contracts/events";
import { publicHalf } from "@promptcall/core/security/public-key";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { spellings } from "../../packages/functions/test/spellings.ts";
import { Inbox } from "../../tools/demo/inbox.ts";
import { subscribe } from "../../tools/demo/subscriber.ts";
import { jwtOf, newAccount } from "../../tools/system/caller.ts";
import { environmentOf } from "../../tools/system/running.ts";
import { type Harness, startHarness, TEXTS } from "./harness.ts";
import { npmRun } from "./processes.ts";
import { type Receiver, startReceiver, stopReceivers } from "./receiver.ts";
import { itemsIn } from "./traces.ts";

let harness: Harness;
let unsubscribe: () => Promise<void>;
const events: Event[] = [];
/** By tid, that its result was delivered or parked. */
const published = new Inbox<Event>();

beforeAll(async () => {
  harness = await startHarness();
  unsubscribe = await subscribe({
    local: harness.system.local,
    name: "canaries",
    detailTypes: [
      "call.accepted",
      "call.dialed",
      "call.dial_failed",
      "call.status",
      "call.digits",
      "call.completed",
      "callback.delivered",
      "callback.parked",
    ],
    onEvent: (event) => {
      events.push(event);
      if (event.type === "callback.delivered" || event.type === "callback.parked")
        published.put(event.metadata.tid ?? "", event);
    },
  });
});
afterAll(async () => {
  stopReceivers();
  await unsubscribe();
  await harness.stop();
});

const PASSWORD = "canary-password-58203";
const KEY = Buffer.from("canary-callback-secret-0123456789");
const SECRET = `whsec_${KEY.toString("base64")}`;

/** By name, so that a failing test does not show it. */
const CANARIES = {
  password: PASSWORD,
  "Basic authorization": Buffer.from(`canary:${PASSWORD}`).toString("base64"),
  "callback secret": SECRET,
  "key of the callback secret": KEY.toString(),
  PIN: "73195028",
} as const;

/** The place of each canary that is found where it does not belong. */
async function found(canaries: Readonly<Record<string, string>> = CANARIES): Promise<readonly string[]> {
  const items = [...(await itemsIn(harness.system.local))];
  const places = {
    table: JSON.stringify(items),
    bus: JSON.stringify(events),
    log: harness.logLines.join("\n"),
  };
  return Object.entries(places).flatMap(([place, content]) =>
    Object.entries(canaries)
      .filter(([, canary]) => spellings(canary).some((spelling) => content.includes(spelling)))
      .map(([name]) => `${name} in ${place}`),
  );
}

const receiver = () =>
  startReceiver(({ response }) => {
    response.end();
  });
/** The address, with a password in it. */
const confidential = ({ url }: Receiver) => url.replace("://", `://canary:${PASSWORD}@`);
const DELIVERED = { to: "447700901000", callback_secret: SECRET, pin_code: CANARIES.PIN };

describe("what is given for a receiver alone, and the PIN", () => {
  it("is in no event, no record, no message and no log", async () => {
    const server = await receiver();
    const tid = await harness.post({ ...DELIVERED, callback: confidential(server) });
    const { headers } = await server.inbox.first(tid);
    // It did come to whom it was meant for.
    expect(headers.authorization).toBe(`Basic ${CANARIES["Basic authorization"]}`);
    await published.first(tid);
    expect(events.map(({ type }) => type)).toEqual(expect.arrayContaining(["call.accepted", "call.completed"]));
    expect(await found()).toEqual([]);
    // What was said is gone with the announcement of the result.
    const record = JSON.stringify([...(await itemsIn(harness.system.local))].filter(([key]) => key.includes(tid)));
    expect(record).toContain("447700901000");
    for (const text of Object.values(TEXTS)) expect(record).not.toContain(text);
  });

  it("is in none of them where the result is parked, and the number neither once the call is forgotten", async () => {
    const server = await startReceiver(({ response }) => {
      response.statusCode = 410;
      response.end();
    });
    const { tid, status_url } = await accepted({
      ...DELIVERED,
      callback: confidential(server),
      reference: "canary-order",
    });
    await published.first(tid);
    const response = await fetch(`${status_url}&forget=true`, { method: "DELETE" });
    expect([response.status, await response.json()]).toMatchObject([200, { tid, forgotten: true }]);
    expect(await found()).toEqual([]);
    const record = JSON.stringify([...(await itemsIn(harness.system.local))].filter(([key]) => key.includes(tid)));
    for (const personal of ["447700901000", "447700900999", "canary-order"]) expect(record).not.toContain(personal);
    const seen = (await (await fetch(status_url)).json()) as object;
    expect(seen).toMatchObject({ tid, to: "+44********00", state: "completed" });
  });
});

describe("digits that a call captures", () => {
  const DIGITS = { digits: "60471823" };
  const asks = { pin_code: "", ask: "capture", max_digits: "8" };
  const recordOf = async (tid: string) =>
    JSON.stringify([...(await itemsIn(harness.system.local))].filter(([name]) => name.includes(tid)));

  it("are in no event, no record and no log, and of the record nothing is left once they are delivered", async () => {
    const server = await receiver();
    const { tid } = await accepted({ ...asks, to: "447700901035", callback: server.url });
    const { body } = await server.inbox.first(tid);
    expect(body).toContain(`digits=${DIGITS.digits}`);
    await published.first(tid);
    expect(await found(DIGITS)).toEqual([]);
    expect(await recordOf(tid)).not.toContain("sealedDigits");
  });

  it("stay, sealed, while the result is parked, are told to the credential alone, and are forgotten with the call", async () => {
    const server = await startReceiver(({ response }) => {
      response.statusCode = 410;
      response.end();
    });
    const { tid, status_url } = await accepted({ ...asks, to: "447700901135", callback: server.url });
    await published.first(tid);
    await expect.poll(() => recordOf(tid), { timeout: 10_000 }).toMatch(/^(?!.*sealedDigits).* digits".*"sealed":/);
    const { apiUrl } = harness.system;
    const headers = { authorization: `Bearer ${harness.jwt}` };
    const look = async (url: string, init = {}) => await (await fetch(url, init)).text();
    expect(await look(`${apiUrl}/call/${tid}`, { headers })).toContain(`"digits":"${DIGITS.digits}"`);
    const others = [await look(status_url), await look(`${apiUrl}/calls?callback_state=parked`, { headers })];
    for (const text of others) {
      expect(text).toContain(tid);
      expect(text).not.toContain(DIGITS.digits);
    }
    expect(await found(DIGITS)).toEqual([]);
    const forgotten = await fetch(`${status_url}&forget=true`, { method: "DELETE" });
    expect(await forgotten.json()).toMatchObject({ tid, forgotten: true });
    expect(await recordOf(tid)).not.toMatch(/sealed/i);
  });
});

describe("the token of a status address, and a private key", () => {
  it("are in no event, no record, no log and no answer but the one with the address, whatever is asked with them", async () => {
    const { apiUrl } = harness.system;
    const server = await receiver();
    const { applicationId, pem } = newAccount();
    const key = { app_id: applicationId, private_key: pem };
    const form = new URLSearchParams({ from: "447700900999", ...TEXTS, ...DELIVERED, ...key });
    form.set("callback", server.url);
    const answer = await fetch(`${apiUrl}/call`, { method: "POST", body: form });
    const { tid, status_url } = (await answer.json()) as { tid: string; status_url: string };
    const token = String(new URL(status_url).searchParams.get("token"));
    const { headers } = await server.inbox.first(tid);
    await published.first(tid);

    const inJson = (method: string, fields: object) => ({
      method,
      headers: { "content-type": "application/json" },
      body: JSON.stringify(fields),
    });
    const requests: readonly (readonly [string, RequestInit])[] = [
      [status_url, {}],
      [status_url.replace("?", "/replay?"), { method: "POST" }],
      [`${status_url}x`, {}],
      [`${status_url}&forget=${token}`, { method: "DELETE" }],
      [`${apiUrl}/calls?cursor=${token}`, { headers: { authorization: `Bearer ${token}` } }],
      [`${apiUrl}/application`, inJson("PUT", { ...key, callback_hosts: [] })],
      [`${apiUrl}/application`, inJson("PUT", { ...key, callback_hosts: [pem], public_keys: [pem] })],
      [`${apiUrl}/calls/replay`, inJson("POST", { ...key, reference: token })],
      [`${apiUrl}/call`, inJson("POST", { ...key, to: pem, callback: `https://own.example/?key=${token}` })],
      [`${apiUrl}/call`, inJson("POST", { app_id: applicationId, private_key: pem.slice(0, -40) })],
      [`${apiUrl}/call?private_key=${encodeURIComponent(pem)}`, { method: "POST", body: form }],
    ];
    const answers = await Promise.all(
      requests.map(async ([url, init]) => {
        const one = await fetch(url, init);
        return `${one.status} ${JSON.stringify([...one.headers])} ${await one.text()}`;
      }),
    );
    const statuses = new Set(answers.map((text) => text.slice(0, 3)));
    expect([...statuses].sort()).toEqual(["200", "202", "400", "401", "404"]);
    const lines = pem.split("\n").slice(1, -2);
    const secrets = Object.fromEntries([token, ...lines].map((line, index) => [`secret ${index}`, line]));
    expect(await found(secrets)).toEqual([]);
    expect(
      [JSON.stringify(headers), ...answers].filter((text) =>
        Object.values(secrets).some((line) => text.includes(line)),
      ),
    ).toEqual([]);
  });
});

describe("a result", () => {
  it("of a refused credential is not signed in the name of its application", async () => {
    const server = await receiver();
    const account = newAccount();
    const { local, sim } = harness.system;
    const folder = await mkdtemp(join(tmpdir(), "canaries-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = join(folder, "public.key");
    await writeFile(file, String(publicHalf(account.privateKey)?.pem));
    // Registered here, and changed at the carrier since.
    const args = ["application", "--", "--id", account.applicationId, "--public-key", file];
    expect((await npmRun(args, environmentOf(local))).code).toBe(0);
    const carriers = await fetch(`${sim.url}/sim/applications/${account.applicationId}`, {
      method: "PUT",
      body: String(publicHalf(newAccount().privateKey)?.pem),
    });
    expect(carriers.status).toBe(204);
    const { tid, status_url } = await accepted({ to: "447700901000", callback: server.url }, await jwtOf(account));
    const { headers } = await server.inbox.first(tid);
    const seen = (await (await fetch(status_url)).json()) as object;
    expect(seen).toMatchObject({ status: "error", reason: "credential_rejected" });
    expect([headers["webhook-id"], headers["webhook-signature"]]).toEqual([`msg_${tid}`, undefined]);
  });
});

async function accepted(fields: Record<string, string>, jwt = harness.jwt) {
  const response = await fetch(`${harness.system.apiUrl}/call`, {
    method: "POST",
    headers: { authorization: `Bearer ${jwt}` },
    body: new URLSearchParams({ from: "447700900999", pin_code: CANARIES.PIN, ...TEXTS, ...fields }),
  });
  expect(response.status).toBe(202);
  return (await response.json()) as { tid: string; status_url: string };
}
