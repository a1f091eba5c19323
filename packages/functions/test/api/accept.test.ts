import { createPublicKey } from "node:crypto";
import { deadlineSeconds } from "@promptcall/core/call/call-length";
import type { CallSpec } from "@promptcall/core/contracts/records/spec";
import { pinHash } from "@promptcall/core/security/pin";
import { decodeJwt, decodeProtectedHeader, jwtVerify } from "jose";
import { describe, expect, it, vi } from "vitest";
import { idOf } from "../../testing/random.ts";
import { at, CREDENTIAL, epoch, jwt, KEYS, MASKED, PIN, SETTINGS, spec } from "../given.ts";
import { answerOf, apiFixture, BEARER, form, json, PARAMETERS, register, rsaKey } from "./given.ts";

const tid = idOf(1);
const acceptedAs = (id: string) => {
  const status_url = expect.stringMatching(`^https://function.example/call/${id}\\?token=[\\w-]{43}$`);
  return { status: 202, type: "application/json", body: { tid: id, status_url } };
};
const accepted = acceptedAs(tid);
const pinOf = (call: string) => pinHash({ key: KEYS.pin, tid: call, pin: PIN });
const queued = {
  tid,
  applicationId: "app",
  to: MASKED,
  attemptsAllowed: 3,
  acceptedAt: at(0),
  phase: "queued",
  dials: 0,
  destination: "447",
};

const sealedIn = (message: object | undefined) =>
  message !== undefined && "sealed_credential" in message ? String(message.sealed_credential) : "";

describe("a call that is accepted", () => {
  it.each([
    ["JSON", json(PARAMETERS)],
    ["a form", form(PARAMETERS)],
    ["JSON in a named charset", json(PARAMETERS, { ...BEARER, "content-type": "Application/JSON; charset=utf-8" })],
  ])("from %s is on record, in the queue and on the bus", async (_, request) => {
    const { app, fixture } = apiFixture();
    expect(await answerOf(await app.request("/call", request))).toEqual(accepted);
    expect(fixture.calls.records()).toEqual({
      specs: [spec({ tid, pinHash: pinOf(tid), expiresAt: at(3_600), destination: "447" })],
      states: [{ call: queued, version: 1 }],
    });
    const [message] = fixture.dial.sent;
    expect(fixture.dial.sent).toEqual([
      { v: 1, type: "dial", tid, sealed_credential: expect.any(String), owner: "app:app", at: at(0) },
    ]);
    expect(message?.type === "dial" && (await fixture.seal.open(message.sealed_credential, tid))).toBe(CREDENTIAL);
    expect(fixture.bus.published).toEqual([
      {
        type: "call.accepted",
        metadata: { id: idOf(2), version: 1, tid, application_id: "app", time: at(0) },
        data: { to: MASKED },
      },
    ]);
    expect(fixture.log.records).toEqual([{ event: "call.accepted", tid }]);
  });

  it("omits absent options, and is delivered by POST", async () => {
    const { app, fixture } = apiFixture();
    const { to, from, text, pin_code, callback } = PARAMETERS;
    await app.request("/call", json({ to, from, text, pin_code, callback }));
    const { byeText, failedText, ...rest } = spec({
      tid,
      pinHash: pinOf(tid),
      expiresAt: at(3_600),
      destination: "447",
    });
    expect(fixture.calls.records().specs).toStrictEqual([rest]);
  });

  it("stores no PIN, and credentials only sealed", async () => {
    const { app, fixture } = apiFixture();
    await app.request("/call", json({ ...PARAMETERS, pin_code: "90210", text: "Hello" }));
    const kept = JSON.stringify([
      fixture.calls.records(),
      fixture.dial.sent,
      fixture.bus.published,
      fixture.log.records,
    ]);
    expect(kept).not.toContain("90210");
    for (const part of CREDENTIAL.split(".")) expect(kept).not.toContain(part);
  });

  it("is a new call for every request without a key", async () => {
    const { app, fixture } = apiFixture();
    await app.request("/call", json(PARAMETERS));
    await app.request("/call", json(PARAMETERS));
    const { specs } = fixture.calls.records();
    expect(new Set(specs.map((spec) => spec.tid)).size).toBe(2);
    expect(new Set(specs.map((spec) => spec.pinHash)).size).toBe(2);
  });

  it("stays accepted when call.accepted cannot be published", async () => {
    const { app, fixture } = apiFixture();
    const down = new Error("down");
    vi.spyOn(fixture.bus, "publish").mockRejectedValueOnce(down);
    expect(await answerOf(await app.request("/call", json(PARAMETERS)))).toEqual(accepted);
    expect(fixture.log.failures).toEqual([{ event: "call.accepted.unpublished", error: down, tid }]);
  });
});

describe("a credential that is accepted", () => {
  const { privateKey, publicKey } = rsaKey(2048);
  const withKey = { ...PARAMETERS, app_id: "the-application" };

  it.each([
    ["as it is", privateKey],
    ["with its line ends spelled out", privateKey.replaceAll("\n", "\\n")],
  ])("as a private key %s signs a JWT, and is kept nowhere", async (_, private_key) => {
    const { app, fixture } = apiFixture();
    await register({ applicationId: "the-application", pem: publicKey }, fixture);
    const response = await app.request("/call", form({ ...withKey, private_key }, {}));
    expect(await answerOf(response)).toEqual(accepted);

    const minted = await fixture.seal.open(sealedIn(fixture.dial.sent[0]), tid);
    expect(decodeProtectedHeader(minted)).toEqual({ alg: "RS256", typ: "JWT" });
    expect(decodeJwt(minted)).toEqual({
      application_id: "the-application",
      jti: idOf(2),
      iat: epoch(0),
      exp: epoch(3600 + deadlineSeconds(fixture.calls.records().specs[0] as CallSpec, SETTINGS)),
      acl: { paths: { "/*/calls/**": {} } },
    });
    await jwtVerify(minted, createPublicKey(publicKey), { currentDate: new Date(at(0)) });

    expect(fixture.calls.records().specs).toMatchObject([{ applicationId: "the-application" }]);
    const kept = JSON.stringify([
      fixture.calls.records(),
      fixture.dial.sent,
      fixture.bus.published,
      fixture.log.records,
    ]);
    expect(kept).not.toContain(privateKey.split("\n")[1]);
    expect(kept).not.toContain(minted.split(".")[2]);
  });

  it("as a JWT takes precedence over a private key", async () => {
    const { app, fixture } = apiFixture();
    await app.request("/call", json({ ...withKey, private_key: privateKey }));
    expect(await fixture.seal.open(sealedIn(fixture.dial.sent[0]), tid)).toBe(CREDENTIAL);
    expect(fixture.calls.records().specs).toMatchObject([{ applicationId: "app" }]);
  });

  it.each([
    ["in any case of its scheme", `bearer   ${CREDENTIAL}`],
    ["until the last second", `Bearer ${jwt({ application_id: "app", exp: epoch(1) })}`],
    ["for 15 minutes where it names no end", `Bearer ${jwt({ application_id: "app", iat: epoch(-899) })}`],
  ])("as a JWT serves %s", async (_, authorization) => {
    const { app } = apiFixture();
    expect(await answerOf(await app.request("/call", json(PARAMETERS, { authorization })))).toEqual(accepted);
  });
});

describe("a call that cannot be taken in", () => {
  const unavailable = {
    status: 503,
    type: "application/problem+json",
    body: {
      type: "urn:promptcall:problem:unavailable",
      title: "Service Unavailable",
      status: 503,
      detail: "A part of the cloud did not answer; the call may not have been accepted.",
    },
  };

  it.each([
    ["table", (fixture: ReturnType<typeof apiFixture>["fixture"]) => vi.spyOn(fixture.calls, "add")],
    ["queue", (fixture: ReturnType<typeof apiFixture>["fixture"]) => vi.spyOn(fixture.dial, "send")],
  ])("because the %s is down is not said to be accepted", async (_, spyOn) => {
    const { app, fixture } = apiFixture();
    const down = new Error("down");
    spyOn(fixture).mockRejectedValueOnce(down);
    const response = await app.request("/call", json(PARAMETERS));
    expect(response.headers.get("retry-after")).toBe("5");
    expect(await answerOf(response)).toEqual(unavailable);
    expect([fixture.dial.sent, fixture.bus.published]).toEqual([[], []]);
    expect(fixture.log.failures).toEqual([{ event: "api.failed", error: down, tid }]);
  });
});
