import { generateKeyPairSync } from "node:crypto";
import type { BatchCompleted } from "@promptcall/core/contracts/batch-event";
import type { SimCall } from "@promptcall/vonage-sim/sim";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Inbox } from "../../tools/demo/inbox.ts";
import { subscribe } from "../../tools/demo/subscriber.ts";
import { type Account, jwtOf, newAccount, postCall } from "../../tools/system/caller.ts";
import { environmentOf } from "../../tools/system/running.ts";
import { type Harness, startHarness, TEXTS } from "./harness.ts";
import { npmRun } from "./processes.ts";

interface Accepted {
  readonly batch_id: string;
  readonly accepted: readonly { readonly tid: string; readonly to: string }[];
  readonly status_url: string;
}

/** As many as a step dials, where the carrier has agreed to nothing else. */
const STEP = 3;

let harness: Harness;
let unsubscribe: () => Promise<void>;
/** What the carrier was asked to dial, by number; and the counts of batches, by id. */
const dialed = new Inbox<SimCall>();
const batches = new Inbox<BatchCompleted>();

beforeAll(async () => {
  const onCall = (call: SimCall) => dialed.all(call.to).length === 0 && dialed.put(call.to, call);
  harness = await startHarness({ verboseEvents: false, sim: { callsPerSecond: STEP, onCall } });
  unsubscribe = await subscribe({
    local: harness.system.local,
    name: "loop",
    detailTypes: [],
    onEvent: () => {},
    onBatch: (event) => batches.put(event.metadata.batch_id, event),
  });
});
afterAll(async () => {
  await unsubscribe();
  await harness.stop();
});

/** Numbers of one test (below 100), as long as numbers of their country are; whose people answer and know the PIN. */
const numbersOf = (test: number, count: number) =>
  Array.from({ length: count }, (_, index) => `44770${padded(test, 2)}${padded(index, 3)}00`);
const padded = (value: number, length: number) => String(value).padStart(length, "0");
const bearer = async (account: Account) => ({ authorization: `Bearer ${await jwtOf(account)}` });

async function postBatch(numbers: readonly string[], account: Account, more: object = {}): Promise<Accepted> {
  const calls = numbers.map((to) => ({ to }));
  const response = await harness.postBatch({ calls, ...more }, await bearer(account));
  expect(response.status).toBe(202);
  return (await response.json()) as Accepted;
}

const postSingle = async (to: string, account: Account) =>
  await postCall({
    apiUrl: harness.system.apiUrl,
    jwt: await jwtOf(account),
    fields: { to, from: "447700900999", pin_code: "1234", callback: `${harness.customer.url}/result`, ...TEXTS },
  });

const ask = async ({ status_url }: Accepted, method: string, path = "", headers: Record<string, string> = {}) => {
  const response = await fetch(status_url.replace("?", `${path}?`), { method, headers });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};

/** Which of the application's calls the carrier was asked for, in order. */
const askedBy = ({ applicationId }: Account) =>
  harness.system.sim.calls().flatMap((call) => (call.applicationId === applicationId ? [call.to] : []));

const resultsOf = async ({ accepted }: Pick<Accepted, "accepted">) =>
  await Promise.all(accepted.map(async ({ tid }) => (await harness.customer.results.first(tid)).parameters));

const reasonsOf = async (batch: Accepted) => (await resultsOf(batch)).map(({ status, reason }) => reason ?? status);

describe("a batch", () => {
  it("that is paused lets single calls through, and goes on when it is resumed", async () => {
    const account = newAccount();
    const numbers = numbersOf(1, 12);
    const batch = await postBatch(numbers, account);
    await dialed.first(numbers[0] ?? "");
    expect(await ask(batch, "POST", "/pause")).toMatchObject({ status: 202, body: { state: "paused", count: 12 } });
    const before = askedBy(account).length;

    const [alone = ""] = numbersOf(2, 1);
    await harness.customer.results.first(await postSingle(alone, account));
    const whilePaused = askedBy(account).filter((to) => to !== alone);
    expect(whilePaused.length).toBeLessThanOrEqual(before + STEP);
    expect(await ask(batch, "GET")).toMatchObject({ body: { state: "paused" } });

    expect(await ask(batch, "POST", "/resume")).toMatchObject({ status: 202, body: { state: "running" } });
    expect(await reasonsOf(batch)).toEqual(new Array(12).fill("ok"));
    expect(askedBy(account).toSorted()).toEqual([...numbers, alone].toSorted());
    expect(await ask(batch, "POST", "/pause")).toMatchObject({ status: 409 });
  });

  it("that is deleted has at most one more step dialed, and the next call is dialed at once", async () => {
    const account = newAccount();
    const numbers = numbersOf(3, 20);
    const batch = await postBatch(numbers, account);
    await dialed.first(numbers[0] ?? "");
    const answer = await ask(batch, "DELETE", "", await bearer(account));
    expect(answer).toMatchObject({ status: 202, body: { state: "cancelled", count: 20 } });
    const before = askedBy(account).length;

    const [next = ""] = numbersOf(4, 1);
    const tid = await postSingle(next, account);
    await dialed.first(next);
    expect(askedBy(account).indexOf(next)).toBeLessThanOrEqual(before + STEP);
    const reasons = await reasonsOf(batch);
    const taken = askedBy(account).length - 1;
    expect(taken).toBeLessThanOrEqual(before + STEP);
    expect(reasons.filter((reason) => reason === "cancelled").length).toBeGreaterThanOrEqual(20 - taken);
    await harness.customer.results.first(tid);
    for (const one of batch.accepted) expect(harness.customer.results.all(one.tid)).toHaveLength(1);
  });

  it("of some hundred calls lets a single call of its application through before its third next step", async () => {
    const account = newAccount();
    const numbers = numbersOf(5, 300);
    const batch = await postBatch(numbers, account);
    await dialed.first(numbers[0] ?? "");
    const [urgent = ""] = numbersOf(6, 1);
    await postSingle(urgent, account);
    const before = askedBy(account).length;
    await dialed.first(urgent);
    expect(askedBy(account).indexOf(urgent)).toBeLessThan(before + 3 * STEP);
    expect((await ask(batch, "DELETE")).status).toBe(202);
  });

  it("ends with the first of its calls for which the carrier does not take the credential any more", async () => {
    const account = newAccount();
    const numbers = numbersOf(7, 12);
    // Accepted while the carrier takes it, and dialed when the application has another key there.
    const batch = await postBatch(numbers, account, { send_at: new Date(Date.now() + 5_000).toISOString() });
    const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    await setAtCarrier(account, { public_key: publicKey.export({ type: "spki", format: "pem" }).toString() });
    expect(new Set(await reasonsOf(batch))).toEqual(new Set(["credential_rejected"]));
    const asked = harness
      .logRecords()
      .filter(({ message, tid }) => message === "dial.refused" && batch.accepted.some((one) => one.tid === tid));
    expect(asked.length).toBeGreaterThan(0);
    // By the step that is refused first, and at most by the one after it.
    expect(asked.length).toBeLessThanOrEqual(2 * STEP);
    expect(askedBy(account)).toEqual([]);
  });

  it("is reported when it is over, by an event and by a signed callback", async () => {
    const numbers = [...numbersOf(8, 2), "447700800205"];
    const { account, customer } = harness;
    const batch = await postBatch(numbers, account, { batch_callback: `${customer.url}/batch` });
    const { batch_id } = batch;
    const counts = { count: 3, statuses: { ok: 2, error: 1 }, reasons: { busy: 1 } };
    const event = await batches.first(batch_id);
    expect(event).toMatchObject({ metadata: { application_id: account.applicationId }, data: counts });

    const { method, path, genuine, json } = await customer.results.first(batch_id);
    expect({ method, path, genuine }).toEqual({ method: "POST", path: "/batch", genuine: true });
    const state = { batch_id, state: "completed", completed_at: event.metadata.time };
    expect(json).toMatchObject({ type: "batch.completed", data: { ...state, ...counts } });
    expect(await ask(batch, "GET")).toMatchObject({ status: 200, body: { ...state, ...counts } });
  });
});

describe("two applications of one account", () => {
  const application = async (...args: string[]) =>
    await npmRun(["application", "--", ...args], environmentOf(harness.system.local));

  it("share its loop, and each call is dialed once", async () => {
    const accounts = [newAccount(), newAccount()] as const;
    for (const account of accounts) {
      await setAtCarrier(account, { account: "acme" });
      const { code, stdout } = await application("--id", account.applicationId, "--account", "acme");
      expect([code, stdout]).toEqual([0, "account:acme: 3 of 3 calls a second, 0 batch(es), at rest\n"]);
    }
    const batches: Accepted[] = [];
    for (const [index, account] of accounts.entries()) {
      const batch = await postBatch(numbersOf(10 + index, 6), account);
      expect(await ask(batch, "POST", "/pause")).toMatchObject({ status: 202 });
      batches.push(batch);
    }
    const [first, second] = accounts.map(({ applicationId }) => applicationId) as [string, string];
    const output = await application("--id", second, "--calls-per-second", "2");
    expect(output).toMatchObject({ code: 0, stdout: expect.stringMatching(/^account:acme: 2 of 2 .* 2 batch/) });
    const moved = await application("--id", first, "--account", "other");
    expect(moved).toMatchObject({ code: 1, stderr: expect.stringContaining("has calls that wait") });

    for (const batch of batches) {
      expect(await ask(batch, "POST", "/resume")).toMatchObject({
        status: 202,
        body: { calls_per_second: 2, current_calls_per_second: 2 },
      });
    }
    for (const batch of batches) expect(await reasonsOf(batch)).toEqual(new Array(6).fill("ok"));
    for (const account of accounts) expect(new Set(askedBy(account)).size).toBe(askedBy(account).length);
  });
});

async function setAtCarrier({ applicationId }: Account, settings: object): Promise<void> {
  const url = `${harness.system.sim.url}/sim/applications/${applicationId}`;
  expect((await fetch(url, { method: "PUT", body: JSON.stringify(settings) })).status).toBe(204);
}
