import { createPublicKey } from "node:crypto";
import { deadlineSeconds } from "@promptcall/core/call-length";
import { pinHash } from "@promptcall/core/pin";
import type { CallSpec } from "@promptcall/core/records/spec";
import { idOf } from "@promptcall/simulation/twins/chance";
import { decodeJwt, decodeProtectedHeader, jwtVerify } from "jose";
import { describe, expect, it, vi } from "vitest";
import { at, CREDENTIAL, epoch, jwt, KEYS, MASKED, PIN, SETTINGS, spec } from "../given.ts";
import { answerOf, apiWorld, BEARER, form, json, PARAMETERS, rsaKey } from "./given.ts";

const tid = idOf(1);
const acceptedAs = (id: string) => {
  const status_url = expect.stringMatching(`^http://localhost/call/${id}\\?token=[\\w-]{43}$`);
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
};

const sealedIn = (message: object | undefined) =>
  message !== undefined && "sealed_credential" in message ? String(message.sealed_credential) : "";

describe("a call that is accepted", () => {
  it.each([
    ["JSON", json(PARAMETERS)],
    ["a form", form(PARAMETERS)],
    ["JSON in a named charset", json(PARAMETERS, { ...BEARER, "content-type": "Application/JSON; charset=utf-8" })],
  ])("from %s is on record, in the queue and on the bus", async (_, request) => {
    const { app, world } = apiWorld();
    expect(await answerOf(await app.request("/call", request))).toEqual(accepted);
    expect(world.calls.records()).toEqual({
      specs: [spec({ tid, pinHash: pinOf(tid), expiresAt: at(3_600) })],
      states: [{ call: queued, version: 1 }],
    });
    const [message] = world.dial.sent;
    expect(world.dial.sent).toEqual([
      { v: 1, type: "dial", tid, sealed_credential: expect.any(String), owner: "app:app", at: at(0) },
    ]);
    expect(message?.type === "dial" && (await world.seal.open(message.sealed_credential, tid))).toBe(CREDENTIAL);
    expect(world.bus.published).toEqual([
      {
        type: "call.accepted",
        metadata: { id: idOf(2), version: 1, tid, application_id: "app", time: at(0) },
        data: { to: MASKED },
      },
    ]);
    expect(world.log.told).toEqual([{ event: "call.accepted", tid }]);
  });

  it("has what the customer left out left out, and is reported by POST", async () => {
    const { app, world } = apiWorld();
    const { to, from, text, pin_code, callback } = PARAMETERS;
    await app.request("/call", json({ to, from, text, pin_code, callback }));
    const { byeText, failedText, ...rest } = spec({ tid, pinHash: pinOf(tid), expiresAt: at(3_600) });
    expect(world.calls.records().specs).toStrictEqual([rest]);
  });

  it("holds its PIN nowhere, and no credential but sealed", async () => {
    const { app, world } = apiWorld();
    await app.request("/call", json({ ...PARAMETERS, pin_code: "90210", text: "Hello" }));
    const kept = JSON.stringify([world.calls.records(), world.dial.sent, world.bus.published, world.log.told]);
    expect(kept).not.toContain("90210");
    for (const part of CREDENTIAL.split(".")) expect(kept).not.toContain(part);
  });

  it("is a call of its own, however often the same is asked", async () => {
    const { app, world } = apiWorld();
    await app.request("/call", json(PARAMETERS));
    await app.request("/call", json(PARAMETERS));
    const { specs } = world.calls.records();
    expect(new Set(specs.map((spec) => spec.tid)).size).toBe(2);
    expect(new Set(specs.map((spec) => spec.pinHash)).size).toBe(2);
  });

  it("stays accepted when the news of it cannot be published: it is queued and will be made", async () => {
    const { app, world } = apiWorld();
    const down = new Error("down");
    vi.spyOn(world.bus, "publish").mockRejectedValueOnce(down);
    expect(await answerOf(await app.request("/call", json(PARAMETERS)))).toEqual(accepted);
    expect(world.log.failures).toEqual([{ event: "call.accepted.unpublished", error: down, tid }]);
  });
});

describe("a credential that is accepted", () => {
  const { privateKey, publicKey } = rsaKey(2048);
  const withKey = { ...PARAMETERS, app_id: "the-application" };

  it.each([
    ["as it is", privateKey],
    ["with its line ends spelled out", privateKey.replaceAll("\n", "\\n")],
  ])("as a private key %s signs a JWT, and is kept nowhere", async (_, private_key) => {
    const { app, world } = apiWorld();
    const response = await app.request("/call", form({ ...withKey, private_key }, {}));
    expect(await answerOf(response)).toEqual(accepted);

    const minted = await world.seal.open(sealedIn(world.dial.sent[0]), tid);
    expect(decodeProtectedHeader(minted)).toEqual({ alg: "RS256", typ: "JWT" });
    expect(decodeJwt(minted)).toEqual({
      application_id: "the-application",
      jti: idOf(2),
      iat: epoch(0),
      exp: epoch(3600 + deadlineSeconds(world.calls.records().specs[0] as CallSpec, SETTINGS)),
      acl: { paths: { "/*/calls/**": {} } },
    });
    await jwtVerify(minted, createPublicKey(publicKey), { currentDate: new Date(at(0)) });

    expect(world.calls.records().specs).toMatchObject([{ applicationId: "the-application" }]);
    const kept = JSON.stringify([world.calls.records(), world.dial.sent, world.bus.published, world.log.told]);
    expect(kept).not.toContain(privateKey.split("\n")[1]);
    expect(kept).not.toContain(minted.split(".")[2]);
  });

  it("as a JWT is used rather than a private key that comes along", async () => {
    const { app, world } = apiWorld();
    await app.request("/call", json({ ...withKey, private_key: privateKey }));
    expect(await world.seal.open(sealedIn(world.dial.sent[0]), tid)).toBe(CREDENTIAL);
    expect(world.calls.records().specs).toMatchObject([{ applicationId: "app" }]);
  });

  it.each([
    ["in any case of its scheme", `bearer   ${CREDENTIAL}`],
    ["until the last second", `Bearer ${jwt({ application_id: "app", exp: epoch(1) })}`],
    ["without any time", `Bearer ${jwt({ application_id: "app" })}`],
    ["for 15 minutes where it names no end", `Bearer ${jwt({ application_id: "app", iat: epoch(-899) })}`],
  ])("as a JWT serves %s", async (_, authorization) => {
    const { app } = apiWorld();
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
    ["table", (world: ReturnType<typeof apiWorld>["world"]) => vi.spyOn(world.calls, "add")],
    ["queue", (world: ReturnType<typeof apiWorld>["world"]) => vi.spyOn(world.dial, "send")],
  ])("because the %s is down is not said to be accepted", async (_, spyOn) => {
    const { app, world } = apiWorld();
    const down = new Error("down");
    spyOn(world).mockRejectedValueOnce(down);
    const response = await app.request("/call", json(PARAMETERS));
    expect(response.headers.get("retry-after")).toBe("5");
    expect(await answerOf(response)).toEqual(unavailable);
    expect([world.dial.sent, world.bus.published]).toEqual([[], []]);
    expect(world.log.failures).toEqual([{ event: "api.failed", error: down, tid }]);
  });
});
