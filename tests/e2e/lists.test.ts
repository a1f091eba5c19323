import { publicHalf } from "@promptcall/core/security/public-key";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { jwtOf, newAccount } from "../../tools/system/caller.ts";
import { type Harness, shareHarness } from "./harness.ts";
import { type Receiver, startReceiver, stopReceivers } from "./receiver.ts";

let harness: Harness;
let receiver: Receiver;
/** 410 is final: such a result is parked at once. */
let status = 410;
beforeAll(async () => {
  harness = await shareHarness();
  receiver = await startReceiver(({ response }) => response.writeHead(status).end());
});
afterAll(async () => {
  await harness.stop();
  stopReceivers();
});

/** As far as it is looked at here. */
interface Answer {
  readonly counts: { readonly done: number; readonly failed: number };
  readonly errors: readonly [{ readonly wrong: string }];
}

interface Page {
  readonly data: readonly Record<string, string>[];
  readonly next_cursor?: string;
}

async function ask(
  path: string,
  { method = "GET", jwt = harness.jwt, body }: { method?: string; jwt?: string; body?: object } = {},
) {
  const response = await fetch(`${harness.system.apiUrl}${path}`, {
    method,
    headers: { authorization: `Bearer ${jwt}`, ...(body && { "content-type": "application/json" }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  const { headers } = response;
  expect([headers.get("cache-control"), headers.get("x-content-type-options")]).toEqual(["no-store", "nosniff"]);
  expect(headers.get("x-request-id")).toMatch(/\S/);
  return { status: response.status, body: (await response.json()) as Answer };
}

async function listed(path: string, jwt?: string): Promise<Page["data"]> {
  const { body } = await ask(path, jwt === undefined ? {} : { jwt });
  const { data, next_cursor } = body as unknown as Page;
  if (next_cursor === undefined) return data;
  const next = new URL(path, "http://x");
  next.searchParams.set("cursor", next_cursor);
  return [...data, ...(await listed(`${next.pathname}${next.search}`, jwt))];
}

const stranger = async () => await jwtOf(newAccount());

describe("an application that asks", () => {
  let parked: string;
  let batchId: string;
  beforeAll(async () => {
    parked = await harness.post({ to: "447700900100", reference: "parked", callback: receiver.url });
    const calls = [{ to: "447700900102" }, { to: "447700900103" }, { to: "447700900104" }];
    const answer = (await (await harness.postBatch({ calls })).json()) as { batch_id: string };
    batchId = answer.batch_id;
    await vi.waitUntil(async () => (await listed("/calls?state=completed")).length === 4, {
      timeout: 20_000,
      interval: 200,
    });
    await vi.waitUntil(async () => (await listed("/calls?callback_state=parked")).length === 1, {
      timeout: 20_000,
      interval: 200,
    });
  });

  it("sees each of its calls once, whatever a page holds, and its batches; nobody else does", async () => {
    const tids = (await listed("/calls")).map(({ tid }) => tid);
    expect(new Set(tids).size).toBe(4);
    expect((await listed("/calls?limit=1")).map(({ tid }) => tid)).toEqual(tids);
    expect(await listed(`/calls?batch_id=${batchId}`)).toHaveLength(3);
    expect(await listed("/calls?reference=parked&to=%2B44%207700%20900100")).toMatchObject([{ tid: parked }]);
    expect(await listed("/batches")).toMatchObject([{ batch_id: batchId, state: "completed" }]);
    const other = await stranger();
    expect([await listed("/calls", other), await listed("/batches", other)]).toEqual([[], []]);
    expect((await ask(`/call/${parked}`, { jwt: other })).status).toBe(404);
    expect((await ask(`/batch/${batchId}`, { jwt: other })).status).toBe(404);
  });

  it("sees what was dialed, and where a result goes", async () => {
    const [call] = await listed(`/calls?state=dialing,completed&callback_state=parked`);
    expect(call).toMatchObject({
      tid: parked,
      from: "447700900999",
      dials: [{ at: expect.any(String), uuid: expect.any(String), ended_as: expect.any(String) }],
      callback: { url: receiver.url, method: "POST", receiver: "127.0.0.1", state: "parked" },
    });
  });

  it("reads how its calls stand", async () => {
    const { body } = await ask("/application");
    expect(body).toMatchObject({
      application_id: harness.account.applicationId,
      counts: { queued: 0, live: 0, done: expect.any(Number), failed: expect.any(Number), parked: 1 },
    });
    expect(body.counts.done + body.counts.failed).toBe(4);
  });

  it("has what is parked delivered again, under the same webhook-id, and delivered results as well", async () => {
    status = 200;
    const jwt = await stranger();
    expect((await ask("/calls/replay", { method: "POST", jwt })).body).toEqual({ count: 0 });
    const none = { receiver: ["elsewhere.example"], reference: "parked" };
    expect((await ask("/calls/replay", { method: "POST", body: none })).body).toEqual({ count: 0 });
    const filters = { receiver: ["elsewhere.example", "127.0.0.1"], state: "ended,completed" };
    expect(await ask("/calls/replay", { method: "POST", body: filters })).toEqual({
      status: 202,
      body: { count: 1 },
    });
    await vi.waitUntil(async () => (await listed("/calls?callback_state=parked")).length === 0, {
      timeout: 20_000,
      interval: 200,
    });
    expect((await ask(`/call/${parked}/replay`, { method: "POST" })).status).toBe(202);
    await vi.waitUntil(() => receiver.requests.length === 3, { timeout: 20_000, interval: 100 });
    expect(new Set(receiver.requests.map(({ webhookId }) => webhookId))).toEqual(new Set([`msg_${parked}`]));
  });

  it("sets its own keys and hosts, by which it is judged from then on", async () => {
    const account = newAccount();
    const jwt = await jwtOf(account);
    const key = String(publicHalf(account.privateKey)?.pem);
    const set = await ask("/application", {
      method: "PUT",
      jwt,
      body: { public_keys: [key], callback_hosts: ["own.example"] },
    });
    expect(set).toMatchObject({
      status: 200,
      body: { callback_hosts: ["own.example"], public_keys: [{ fingerprint: expect.any(String) }] },
    });
    expect((await ask("/application", { method: "PUT", jwt, body: { account: "theirs" } })).status).toBe(403);
    const forged = await jwtOf({ ...account, privateKey: newAccount().privateKey });
    expect((await ask("/application", { jwt: forged })).status).toBe(401);
    const call = { to: "447700900100", from: "447700900999", pin_code: "1234", text: "Enter it" };
    const byKey = { app_id: account.applicationId, private_key: account.pem };
    const body = { ...byKey, do_not_call: ["+44 7700 900101"] };
    const noBearer = { method: "PUT", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
    const listed = await fetch(`${harness.system.apiUrl}/application`, noBearer);
    expect([listed.status, await listed.json()]).toMatchObject([200, { do_not_call: ["+447700900101"] }]);
    const calls = [{ to: "447700900101" }, { to: "447700900102" }];
    const defaults = { ...call, to: undefined, callback: "https://own.example/" };
    const batch = await ask("/call", { method: "POST", jwt, body: { dry_run: true, defaults, calls } });
    expect(batch).toMatchObject({ status: 200, body: { count: 1, rejected: [{ index: 0, code: "do_not_call" }] } });
    const not = await ask("/call", {
      method: "POST",
      jwt,
      body: { ...call, to: calls[0]?.to, callback: defaults.callback },
    });
    expect([not.status, not.body]).toMatchObject([403, { type: "urn:promptcall:problem:do_not_call" }]);
    expect(harness.logLines.join("\n")).not.toContain("447700900101");
    const refused = await ask("/call", { method: "POST", jwt, body: { ...call, callback: receiver.url } });
    expect([refused.status, refused.body.errors[0].wrong]).toEqual([400, "is at another host"]);
  });
});
