import { createHash, generateKeyPairSync } from "node:crypto";
import { jwtVerify } from "jose";
import { describe, expect, it } from "vitest";
import { APPLICATION, keys, NOBODY, postCall, signed, startReceiver, startRig } from "./support.ts";

const put = (url: string, body: string) =>
  fetch(`${url}/sim/applications/${APPLICATION}`, { method: "PUT", body }).then(({ status }) => status);

const lookUp = async (url: string) =>
  (await fetch(`${url}/v1/calls/nobody`, { headers: { authorization: `Bearer ${await signed()}` } })).status;

const another = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});

describe("an application that is set up", () => {
  it.each([
    ["its key alone", (pem: string) => pem],
    ["JSON", (pem: string) => JSON.stringify({ public_key: pem })],
  ])("by %s has its tokens verified from then on", async (_how, body) => {
    const { sim } = await startRig({ applications: {} });
    expect(await lookUp(sim.url)).toBe(404);
    expect(await put(sim.url, body(another.publicKey))).toBe(204);
    expect(await lookUp(sim.url)).toBe(401);
    expect(await put(sim.url, body(keys.publicKey))).toBe(204);
    expect(await lookUp(sim.url)).toBe(404);
    expect(sim.lookups()).toEqual({ 401: 1, 404: 2 });
    expect(await (await fetch(`${sim.url}/sim/lookups`)).json()).toEqual({ 401: 1, 404: 2 });
  });

  it.each([
    ["no key", "-----BEGIN PUBLIC KEY-----\nnone\n-----END PUBLIC KEY-----"],
    ["no JSON", "key"],
    ["no secret", JSON.stringify({ signature: { api_key: "abcd1234" } })],
  ])("with %s is refused", async (_what, body) => {
    const { sim } = await startRig({ applications: {} });
    expect(await put(sim.url, body)).toBe(400);
    expect(await lookUp(sim.url)).toBe(404);
  });
});

describe("the webhooks of an application", () => {
  const SECRET = "a-signature-secret";

  it.each(["POST", "GET"] as const)("with a signature are signed by %s", async (method) => {
    const receiver = await startReceiver();
    const { sim, until } = await startRig({
      applications: { [APPLICATION]: { publicKey: keys.publicKey, signature: { apiKey: "abcd1234", secret: SECRET } } },
    });
    await postCall(sim.url, {
      token: await signed(),
      change: { event_url: [`${receiver.url}/event`], event_method: method },
    });
    await until(({ webhooks }) => webhooks.length > 0);
    const [first] = receiver.received;
    const token = first?.authorization?.replace("Bearer ", "") ?? "";
    const { payload, protectedHeader } = await jwtVerify(token, new TextEncoder().encode(SECRET));
    expect(protectedHeader).toEqual({ alg: "HS256", typ: "JWT" });
    expect(payload).toEqual({
      iss: "Vonage",
      iat: expect.any(Number),
      jti: expect.any(String),
      api_key: "abcd1234",
      application_id: APPLICATION,
      payload_hash: createHash("sha256")
        .update(method === "GET" ? JSON.stringify(first?.query) : String(first?.raw))
        .digest("hex"),
    });
  });

  it("without one are not", async () => {
    const receiver = await startReceiver();
    const { sim, until } = await startRig({ applications: { [APPLICATION]: { eventUrl: NOBODY } } });
    await postCall(sim.url, { token: await signed(), change: { event_url: [`${receiver.url}/event`] } });
    await until(({ webhooks }) => webhooks.length > 0);
    expect(receiver.received.map(({ authorization }) => authorization)).toContain(undefined);
  });
});
