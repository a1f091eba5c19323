import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ApplicationKeysChanged } from "@promptcall/core/contracts/application-events";
import type { Event } from "@promptcall/core/contracts/events";
import { publicHalf } from "@promptcall/core/security/public-key";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { Inbox } from "../../tools/demo/inbox.ts";
import { subscribe } from "../../tools/demo/subscriber.ts";
import { type Account, jwtOf, newAccount } from "../../tools/system/caller.ts";
import { environmentOf } from "../../tools/system/running.ts";
import { type Harness, startHarness, TEXTS } from "./harness.ts";
import { npmRun } from "./processes.ts";
import { itemsIn, messagesIn } from "./traces.ts";

let harness: Harness;
let unsubscribe: () => Promise<void>;
let folder: string;
const events: Event[] = [];
const accepted = new Inbox<Event>();
const keyChanges = new Inbox<ApplicationKeysChanged>();

/** One that the operator has registered here; one that only the carrier knows; and one that nobody does. */
const registered = newAccount();
const known = newAccount();
const unknown = newAccount();
const stranger = newAccount();

const pemOf = ({ privateKey }: Account) => String(publicHalf(privateKey)?.pem);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "identity-"));
  harness = await startHarness();
  const { local, sim } = harness.system;
  unsubscribe = await subscribe({
    local,
    name: "identity",
    detailTypes: ["call.accepted", "call.dialed", "call.dial_failed", "call.status", "call.digits", "call.completed"],
    onKeys: (event) => keyChanges.put(event.metadata.application_id, event),
    onEvent: (event) => {
      events.push(event);
      if (event.type === "call.accepted") accepted.put(event.metadata.tid, event);
    },
  });
  for (const account of [registered, known]) {
    const url = `${sim.url}/sim/applications/${account.applicationId}`;
    expect((await fetch(url, { method: "PUT", body: pemOf(account) })).status).toBe(204);
  }
  const file = join(folder, "public.key");
  await writeFile(file, pemOf(registered));
  const args = ["application", "--", "--id", registered.applicationId.toUpperCase(), "--public-key", file];
  const { code, stdout } = await npmRun(args, environmentOf(local));
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^app:.*\npublic key: SHA256:[\w-]{43}\n$/)]);
});
afterAll(async () => {
  await unsubscribe();
  await harness.stop();
  await rm(folder, { recursive: true });
});

const call = (more: object = {}) => ({
  to: "447700900100",
  from: "447700900999",
  pin_code: "1234",
  callback: `${harness.customer.url}/result`,
  ...TEXTS,
  ...more,
});

/** Within the life of a JWT, and after the end of the test. */
const soon = () => new Date(Date.now() + 600_000).toISOString();

interface Sent {
  readonly contentType: string;
  readonly body: () => string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const json = (body: () => object, headers: Sent["headers"] = {}): Sent => ({
  contentType: "application/json",
  body: () => JSON.stringify(body()),
  headers,
});

const REQUESTS: Readonly<Record<string, Sent>> = {
  "a call": json(() => call()),
  "a call of another time": json(() => call({ send_at: soon() })),
  "a call with an idempotency key": json(() => call(), { "idempotency-key": "order-1" }),
  "a batch": json(() => ({ defaults: call(), calls: [{}, {}] })),
  "a batch of another time, with an idempotency key": json(
    () => ({ defaults: call(), calls: [{}, {}], send_at: soon() }),
    { "idempotency-key": "batch-1" },
  ),
  "a batch as CSV": {
    contentType: "text/csv",
    body: () => {
      const row = call();
      return `${Object.keys(row).join(",")}\n${Object.values(row)
        .map((cell) => `"${cell}"`)
        .join(",")}\n`;
    },
  },
  "a batch as NDJSON": { contentType: "application/x-ndjson", body: () => `${JSON.stringify(call())}\n` },
};

/** The requests of a test come faster than the carrier may be asked about one application: these are made again. */
const asked = async (ask: () => Promise<Response>) =>
  await vi.waitUntil(
    async () => {
      const response = await ask();
      return response.status !== 429 && response;
    },
    { timeout: 10_000, interval: 200 },
  );

async function post({ contentType, body, headers }: Sent, jwt: string) {
  const response = await asked(() =>
    fetch(`${harness.system.apiUrl}/call`, {
      method: "POST",
      headers: { authorization: `Bearer ${jwt}`, "content-type": contentType, ...headers },
      body: body(),
    }),
  );
  return { status: response.status, body: (await response.json()) as Record<string, string> };
}

/** What the stranger writes in the name of the application. */
const forgedFor = ({ applicationId }: Account) => jwtOf({ applicationId, privateKey: stranger.privateKey });

/** Everything that anybody could have left; what is remembered of the stranger's own credential aside. */
async function traces() {
  const { local, sim } = harness.system;
  const items = [...(await itemsIn(local))].filter(([key]) => !/^(proof|questions|carrier)#/.test(key));
  return {
    items: items.toSorted(([a], [b]) => a.localeCompare(b)),
    messages: await messagesIn(local),
    events: events.length,
    calls: sim.calls().length,
    requests: sim.requests(),
    results: harness.customer.results.size,
  };
}

const lookUps = () => Object.values(harness.system.sim.lookups()).reduce((all, one) => all + one, 0);

describe("a stranger in the name of", () => {
  describe.each([
    ["an application with a registered key", registered, 0],
    ["an application that only the carrier knows", known, 1],
  ])("%s", (_who, account, questions) => {
    it.each(Object.entries(REQUESTS))("leaves nothing of %s", async (_what, request) => {
      const before = await traces();
      const asked = lookUps();
      const jwt = await forgedFor(account);
      expect(await post(request, jwt)).toMatchObject({
        status: 401,
        body: { type: "urn:promptcall:problem:credential_rejected" },
      });
      expect(lookUps() - asked).toBe(questions);
      // The same again: what the carrier has said is remembered.
      expect((await post(request, jwt)).status).toBe(401);
      expect(lookUps() - asked).toBe(questions);
      expect(await traces()).toEqual(before);
    });

    it("leaves nothing of a call with a private key of its own", async () => {
      const before = await traces();
      const fields = { ...call(), app_id: account.applicationId, private_key: stranger.pem };
      expect(
        (
          await post(
            json(() => fields),
            "",
          )
        ).status,
      ).toBe(401);
      const url = `${harness.system.apiUrl}/call`;
      const response = await asked(() => fetch(url, { method: "POST", body: new URLSearchParams(fields) }));
      expect(response.status).toBe(401);
      expect(await traces()).toEqual(before);
    });

    it("changes nothing of what was accepted", async () => {
      const jwt = await jwtOf(account);
      const single = await post(
        json(() => call({ send_at: soon() })),
        jwt,
      );
      const batch = await post(
        json(() => ({ defaults: call(), calls: [{}, {}], send_at: soon() })),
        jwt,
      );
      expect([single.status, batch.status]).toEqual([202, 202]);
      await accepted.first(String(single.body.tid));
      const before = await traces();
      const forged = await forgedFor(account);
      const own = await jwtOf(stranger);
      const urls = [single, batch].map(({ body }) => new URL(String(body.status_url)));
      const [callUrl, batchUrl] = urls as [URL, URL];
      const changes = [
        ["DELETE", callUrl.href],
        ["DELETE", batchUrl.href],
        ["POST", batchUrl.href.replace("?", "/pause?")],
        ["POST", batchUrl.href.replace("?", "/resume?")],
      ] as const;
      for (const [method, url] of changes) {
        const ask = async (address: string, credential: string) =>
          (await asked(() => fetch(address, { method, headers: { authorization: `Bearer ${credential}` } }))).status;
        expect([method, url, await ask(url, forged)]).toEqual([method, url, 401]);
        const withoutToken = url.replace(/\?.*/, "");
        expect(await ask(withoutToken, forged)).toBe(401);
        expect((await fetch(withoutToken, { method })).status).toBe(404);
        // A genuine one, of another application.
        expect(await ask(url, own)).toBe(404);
        expect(await ask(withoutToken, own)).toBe(404);
      }
      expect(await traces()).toEqual(before);
    });
  });
});

describe("an application", () => {
  it.each([
    ["with a registered key needs no question", registered, 0],
    ["that only the carrier knows needs one for each JWT", known, 1],
    ["that nobody knows needs one as well, and the simulated carrier takes it", unknown, 1],
  ])("%s", async (_who, account, questions) => {
    const asked = lookUps();
    const jwt = await jwtOf(account);
    const answers = await Promise.all(
      Array.from({ length: 6 }, () =>
        post(
          json(() => call()),
          jwt,
        ),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(new Array(6).fill(202));
    expect(lookUps() - asked).toBe(questions);
    for (const { body } of answers)
      expect((await harness.customer.results.first(String(body.tid))).parameters).toMatchObject({ status: "ok" });
  });

  it("cancels its call and its batch by the credential alone", async () => {
    const jwt = await jwtOf(registered);
    const single = await post(
      json(() => call({ send_at: soon() })),
      jwt,
    );
    const batch = await post(
      json(() => ({ defaults: call(), calls: [{}], send_at: soon() })),
      jwt,
    );
    for (const { body } of [single, batch]) {
      const url = String(body.status_url).replace(/\?.*/, "");
      const response = await fetch(url, { method: "DELETE", headers: { authorization: `Bearer ${jwt}` } });
      expect(response.status).toBeLessThan(300);
    }
    expect((await harness.customer.results.first(String(single.body.tid))).parameters).toMatchObject({
      status: "error",
      reason: "cancelled",
    });
  });

  it("has the public half of a private key known once the carrier has taken it", async () => {
    const account = newAccount();
    const fields = { ...call(), app_id: account.applicationId, private_key: account.pem };
    const asked = lookUps();
    const byKey = async () =>
      (await fetch(`${harness.system.apiUrl}/call`, { method: "POST", body: new URLSearchParams(fields) })).status;
    expect([await byKey(), await byKey()]).toEqual([202, 202]);
    expect(
      (
        await post(
          json(() => call()),
          await jwtOf(account),
        )
      ).status,
    ).toBe(202);
    expect(lookUps() - asked).toBe(1);
  });

  it("is not shut out by whoever has one of its JWTs and registers a key", async () => {
    const { sim, apiUrl } = harness.system;
    const account = newAccount();
    const { applicationId } = account;
    const url = `${sim.url}/sim/applications/${applicationId}`;
    expect((await fetch(url, { method: "PUT", body: pemOf(account) })).status).toBe(204);
    const stolen = await jwtOf(account);
    const register = async (jwt: string, { privateKey }: Account) => {
      const public_keys = [pemOf({ ...account, privateKey })];
      const headers = { authorization: `Bearer ${jwt}`, "content-type": "application/json" };
      const body = JSON.stringify({ public_keys });
      return (await asked(() => fetch(`${apiUrl}/application`, { method: "PUT", headers, body }))).status;
    };
    const called = async (privateKey: Account["privateKey"]) =>
      (
        await post(
          json(() => call()),
          await jwtOf({ applicationId, privateKey }),
        )
      ).status;
    expect(await register(stolen, stranger)).toBe(200);
    expect(await keyChanges.first(applicationId)).toMatchObject({ data: { kinds: ["own"], by: "credential" } });
    expect([await called(account.privateKey), await called(stranger.privateKey)]).toEqual([401, 202]);
    // The carrier knows whose application it is.
    expect(await register(await jwtOf({ applicationId, privateKey: newAccount().privateKey }), stranger)).toBe(401);
    expect(await register(await jwtOf(account), account)).toBe(200);
    expect([await called(account.privateKey), await called(stranger.privateKey)]).toEqual([202, 401]);
  });

  it("rotates its keys: two are good at a time", async () => {
    const account = newAccount();
    const [next, third] = [newAccount(), newAccount()];
    const register = async ({ privateKey }: Account) => {
      const file = join(folder, "next.key");
      await writeFile(file, pemOf({ ...account, privateKey }));
      const args = ["application", "--", "--id", account.applicationId, "--public-key", file];
      return (await npmRun(args, environmentOf(harness.system.local))).stdout.match(/SHA256/g)?.length;
    };
    const byKeyOf = async ({ privateKey }: Account) =>
      (
        await post(
          json(() => call()),
          await jwtOf({ applicationId: account.applicationId, privateKey }),
        )
      ).status;
    expect([await register(account), await register(next)]).toEqual([1, 2]);
    const change = await keyChanges.first(account.applicationId);
    expect(change.data).toEqual({ kinds: ["registered"], by: "operator" });
    expect(JSON.stringify(change)).not.toContain(pemOf(account).split("\n")[1]);
    expect([await byKeyOf(account), await byKeyOf(next), await byKeyOf(third)]).toEqual([202, 202, 401]);
    expect(await register(third)).toBe(2);
    expect([await byKeyOf(account), await byKeyOf(next), await byKeyOf(third)]).toEqual([401, 202, 202]);
  });
});

it("no credential is in the table or in the logs", async () => {
  const written = JSON.stringify([...(await itemsIn(harness.system.local))]) + harness.logLines.join("\n");
  // Of any JWT, the part that is alike in all of them.
  expect(written).not.toContain(harness.jwt.split(".")[0]);
  expect(written).not.toContain("PRIVATE KEY");
});
