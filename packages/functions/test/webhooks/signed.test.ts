import { createHash } from "node:crypto";
import { parseSignatureSecrets } from "@promptcall/core/security/webhook-signature";
import { SignJWT } from "jose";
import { describe, expect, it } from "vitest";
import { epoch, spec } from "../given.ts";
import { answerOf, digitsUrl, posted, problem, statusUrl, webhookFixture } from "./given.ts";

const SECRET = "a-signature-secret";
const STATUS = JSON.stringify({ status: "busy", uuid: "63f61863-4a51-4f6b-86e1-46edebcf9356" });

async function given() {
  const signatureSecrets = parseSignatureSecrets(`abcd1234:${SECRET}`);
  if ("wrong" in signatureSecrets) throw new Error(signatureSecrets.wrong);
  return await webhookFixture({ spec: spec({ applicationId: "app" }), signatureSecrets });
}

async function bearerOf(payload: string, { claims = {}, secret = SECRET } = {}): Promise<string> {
  const payload_hash = createHash("sha256").update(payload).digest("hex");
  const token = await new SignJWT({ iss: "Vonage", iat: epoch(5), payload_hash, api_key: "abcd1234", ...claims })
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .sign(new TextEncoder().encode(secret));
  return `Bearer ${token}`;
}

const signedPost = (body: string, authorization: string): RequestInit => {
  const { headers, ...request } = posted(body);
  return { ...request, headers: { ...headers, authorization } };
};

describe("where the carrier signs its webhooks", () => {
  it.each([
    ["names no application", {}],
    ["names the call's application", { application_id: "APP" }],
  ])("a status whose signature %s is published", async (_what, claims) => {
    const { app, fixture } = await given();
    const response = await app.request(statusUrl(), signedPost(STATUS, await bearerOf(STATUS, { claims })));
    expect(response.status).toBe(204);
    expect(fixture.bus.published).toMatchObject([{ type: "call.status", data: { status: "busy" } }]);
  });

  it("digits that come as a query are published", async () => {
    const { app, fixture } = await given();
    const query = { dtmf: JSON.stringify({ digits: "4711", timed_out: false }), from: "447700900001" };
    const url = `${digitsUrl()}?${new URLSearchParams(query)}`;
    const headers = { authorization: await bearerOf(JSON.stringify(query)), host: "hooks.example" };
    expect((await app.request(url, { headers })).status).toBe(200);
    expect(fixture.bus.published).toMatchObject([{ type: "call.digits", data: { matched: true } }]);
  });

  it.each<[string, Parameters<typeof bearerOf>[1], string]>([
    ["with another secret", { secret: "guessed" }, "The webhook's signature does not hold: bad_signature."],
    ["an hour ago", { claims: { iat: epoch(-3_600) } }, "The webhook's signature does not hold: too_old."],
    [
      "by another account",
      { claims: { api_key: "ffff0000" } },
      "The webhook's signature does not hold: unknown_account.",
    ],
    [
      "for another application",
      { claims: { application_id: "other" } },
      "The webhook is signed for another application.",
    ],
  ])("a webhook that was signed %s is refused, and nothing is published", async (_how, signing, detail) => {
    const { app, fixture } = await given();
    const digits = JSON.stringify({ dtmf: { digits: "4711", timed_out: false } });
    for (const [url, body] of [
      [statusUrl(), STATUS],
      [digitsUrl(), digits],
    ] as const) {
      const response = await app.request(url, signedPost(body, await bearerOf(body, signing)));
      expect(await answerOf(response)).toEqual(problem(401, "Unauthorized", "forged_webhook", detail));
    }
    expect(fixture.bus.published).toEqual([]);
    expect(fixture.log.records.map(({ event }) => event)).toEqual(["webhook.forged", "webhook.forged"]);
  });

  it("a webhook whose body was changed is refused", async () => {
    const { app, fixture } = await given();
    const changed = STATUS.replace("busy", "failed");
    expect((await app.request(statusUrl(), signedPost(changed, await bearerOf(STATUS)))).status).toBe(401);
    expect(fixture.bus.published).toEqual([]);
  });

  it("a webhook without a signature is to come again, and nothing is published", async () => {
    const { app, fixture } = await given();
    expect((await app.request(statusUrl(), posted(STATUS))).status).toBe(503);
    expect(fixture.bus.published).toEqual([]);
  });

  it("a signature does not stand in for the token of the address", async () => {
    const { app, fixture } = await given();
    const url = statusUrl().replace(/[^/]+$/, "A".repeat(43));
    expect((await app.request(url, signedPost(STATUS, await bearerOf(STATUS)))).status).toBe(401);
    expect(fixture.bus.published).toEqual([]);
  });
});
