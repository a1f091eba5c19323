import { randomBytes } from "node:crypto";
import { lookup } from "node:dns/promises";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { hostname } from "node:os";
import { text } from "node:stream/consumers";
import type { Event } from "@promptcall/core/contracts/events";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HOSTILE_HOSTS } from "../../packages/functions/test/http/hostile-addresses.ts";
import { Inbox } from "../../tools/demo/inbox.ts";
import { subscribe } from "../../tools/demo/subscriber.ts";
import { type Harness, startHarness } from "./harness.ts";

interface Arrival {
  readonly request: IncomingMessage;
  readonly signed: string;
}

/** A server that keeps what comes, by tid. */
async function startServer(address: string) {
  const inbox = new Inbox<Arrival>();
  let count = 0;
  const server = createServer(async (request, response) => {
    count += 1;
    const body = await text(request);
    const signed = request.method === "GET" ? String(request.url).slice(String(request.url).indexOf("?") + 1) : body;
    const tid = new URLSearchParams(signed).get("tid") ?? "";
    response.end();
    inbox.put(tid, { request, signed });
  });
  server.listen(0, address);
  await once(server, "listening");
  return { port: (server.address() as AddressInfo).port, inbox, count: () => count, stop: () => server.close() };
}

function isGenuine(secret: string, { request, signed }: Arrival): boolean {
  try {
    new Webhook(secret).verify(signed, request.headers as Record<string, string>, { jsonParse: false });
    return true;
  } catch {
    return false;
  }
}

let calls = 0;
/** A number that the network rejects, so that its result is there at once. */
function rejected(): string {
  calls += 1;
  return `4477007${String(calls).padStart(3, "0")}10`;
}

describe("where results may go anywhere", () => {
  let harness: Harness;
  let server: Awaited<ReturnType<typeof startServer>>;
  beforeAll(async () => {
    harness = await startHarness();
    server = await startServer("127.0.0.1");
  });
  afterAll(async () => {
    server.stop();
    await harness.stop();
  });

  const post = async (fields: Record<string, string>) => {
    const response = await fetch(`${harness.system.apiUrl}/call`, {
      method: "POST",
      headers: fields.private_key === undefined ? { authorization: `Bearer ${harness.jwt}` } : {},
      body: new URLSearchParams({
        ...{ to: rejected(), from: "447700900999", pin_code: "1234", text: "Please enter your PIN.", ...fields },
      }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, string> };
  };

  it.each(["POST", "GET"])(
    "a password in the address is sent as Basic by %s, and shown nowhere",
    async (callback_method) => {
      const password = randomBytes(12).toString("hex");
      const callback = `http://user:${password}@127.0.0.1:${server.port}/result`;
      const { body } = await post({ callback, callback_method });
      const { tid = "", status_url = "" } = body;
      const { request } = await server.inbox.first(tid);
      const basic = Buffer.from(`user:${password}`).toString("base64");
      expect(request.headers.authorization).toBe(`Basic ${basic}`);
      const status = await (await fetch(status_url)).text();
      expect(status).toContain(tid);
      for (const shown of [JSON.stringify(body), status, request.url, harness.logLines.join("\n")])
        for (const secret of [password, basic]) expect(shown).not.toContain(secret);
    },
  );

  it.each(["POST", "GET"])(
    "a result by %s is signed with the secret that its request brought, and with no other",
    async (callback_method) => {
      const callback_secret = `whsec_${randomBytes(24).toString("base64")}`;
      const callback = `http://127.0.0.1:${server.port}/result?own=1`;
      const { body } = await post({ callback, callback_method, callback_secret });
      const arrival = await server.inbox.first(body.tid ?? "");
      expect(isGenuine(callback_secret, arrival)).toBe(true);
      expect(isGenuine(`whsec_${randomBytes(24).toString("base64")}`, arrival)).toBe(false);
      expect(harness.logLines.join("\n")).not.toContain(callback_secret.slice(6));
    },
  );

  it("a GET whose own query has a parameter of the result is refused by name, and nothing is sent", async () => {
    const before = server.count();
    const callback = `http://127.0.0.1:${server.port}/result?Status=ok`;
    const { status, body } = await post({ callback, callback_method: "GET" });
    expect([status, body]).toMatchObject([400, { errors: [{ field: "callback" }] }]);
    expect(server.count()).toBe(before);
  });
});

describe("where results may go to the internet at large alone, as in a deployment", () => {
  let harness: Harness;
  let server: Awaited<ReturnType<typeof startServer>>;
  let unsubscribe: () => Promise<void>;
  const parked = new Inbox<Event>();
  beforeAll(async () => {
    // Whatever the machine's name leads to.
    server = await startServer("::");
    harness = await startHarness({
      variables: { PRIVATE_NETWORKS: "false", CALLBACK_PORTS: `80,443,8080,8443,${server.port}` },
    });
    unsubscribe = await subscribe({
      local: harness.system.local,
      name: "receivers",
      detailTypes: ["callback.parked"],
      onEvent: (event) => parked.put(event.metadata.tid, event),
    });
  });
  afterAll(async () => {
    server.stop();
    await unsubscribe();
    await harness.stop();
  });

  it("every other address is refused with the request, however it is written", async () => {
    const defaults = { from: "447700900999", pin_code: "1234", text: "Please enter your PIN." };
    const rows = HOSTILE_HOSTS.map(([host]) => ({ to: rejected(), callback: `http://${host}:${server.port}/` }));
    const response = await harness.postBatch({ calls: rows, defaults });
    const { rejected_count } = (await response.json()) as { rejected_count: number };
    expect([response.status, rejected_count]).toEqual([400, rows.length]);
    expect(rows.length).toBeGreaterThan(200);
    expect(server.count()).toBe(0);
  });

  it.each(["22", "8081"])("port %s is refused with the request", async (port) => {
    await expect(harness.post({ to: rejected(), callback: `http://customer.example:${port}/` })).rejects.toThrow(/400/);
  });

  it("a name that leads to another address is sent nothing: its result is parked at once", async () => {
    const { address } = await lookup(hostname());
    expect(address).toBeDefined();
    const tid = await harness.post({ to: rejected(), callback: `http://${hostname()}:${server.port}/` });
    const data = { attempts: 1, why: "the receiver's address is not allowed" };
    expect(await parked.first(tid)).toMatchObject({ type: "callback.parked", data });
    expect(server.count()).toBe(0);
  });
});
