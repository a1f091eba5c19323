import { statusToken } from "@promptcall/core/security/status-token";
import { webhookUrl } from "@promptcall/core/security/webhook-address";
import { describe, expect, it, vi } from "vitest";
import { dispatcher } from "../../src/dispatcher/deliver.ts";
import { ConflictError } from "../../src/errors.ts";
import { webhooksApp } from "../../src/webhooks/app.ts";
import { requests } from "../../testing/requests.ts";
import {
  after,
  at,
  CREDENTIAL,
  claim,
  jwt,
  KEYS,
  MASKED,
  PIN,
  queued,
  report,
  SETTINGS,
  spec,
  TID,
  TO,
} from "../given.ts";
import { answerOf, apiFixture } from "./given.ts";

const WORDS = { text: "canary text", byeText: "canary bye", failedText: "canary again" };
const FROM = "447700900999";
const PERSONAL = [TO.slice(1), FROM, "order 1", ...Object.values(WORDS)];
const asked = () => spec({ ...WORDS, from: FROM, reference: "order 1" });
const dialed = () => after(queued(), claim(1), report(2, { type: "dialed", uuid: "uuid" }));
const answered = () => after(dialed(), report(3, { type: "leg", status: "answered" }));
const over = () => ({ ...after(dialed(), report(9, { type: "leg", status: "busy" })), reference: "order 1" });

function given(call = over()) {
  const api = apiFixture();
  api.fixture.hold({ spec: asked(), call });
  const token = statusToken({ kind: "call", id: TID, key: KEYS.status });
  const request = async (method: string, query: string, more: RequestInit = {}) =>
    await answerOf(await api.app.request(`/call/${TID}?${query}`, { method, ...more }));
  return {
    ...api,
    get: () => request("GET", `token=${token}`),
    forget: (value = "true") => request("DELETE", `token=${token}&forget=${value}`),
    forgetAs: (credential: string) =>
      request("DELETE", "forget=true", { headers: { authorization: `Bearer ${credential}` } }),
    recorded: () => JSON.stringify(api.fixture.calls.records()),
  };
}

const body = { tid: TID, state: "completed", status: "error", reason: "busy", forgotten: true };

describe("a completed call that is forgotten", () => {
  it("has nothing on record that tells of a person, and its status still says how it ended", async () => {
    const api = given();
    expect(await api.forget()).toEqual({ status: 200, type: "application/json", body });
    for (const personal of PERSONAL) expect(api.recorded()).not.toContain(personal);
    expect(await api.get()).toMatchObject({
      status: 200,
      body: { tid: TID, to: MASKED, state: "completed", status: "error", reason: "busy", uuid: "uuid" },
    });
  });

  it("is forgotten with the credential of its application alone, too, and with no other", async () => {
    const api = given();
    const other = jwt({ application_id: "other", iat: Date.parse(at(0)) / 1000, exp: Date.parse(at(900)) / 1000 });
    const before = api.recorded();
    expect(await api.forgetAs(other)).toMatchObject({ status: 404 });
    expect(api.recorded()).toBe(before);
    expect(await api.forgetAs(CREDENTIAL)).toMatchObject({ status: 200, body });
  });

  it("may be forgotten again, which changes nothing more", async () => {
    const api = given();
    await api.forget();
    const once = api.recorded();
    expect(await api.forget()).toMatchObject({ status: 200, body });
    expect(api.recorded()).toBe(once);
  });

  it("is forgotten whole although a report is folded at the same moment", async () => {
    const api = given();
    vi.spyOn(api.fixture.calls, "save").mockRejectedValueOnce(new ConflictError(TID));
    expect(await api.forget()).toMatchObject({ status: 200 });
    for (const personal of PERSONAL) expect(api.recorded()).not.toContain(personal);
  });

  it("still has its parked result delivered, without the number", async () => {
    const api = given();
    const { fixture } = api;
    await fixture.deliveries.add(TID, { attempt: 1, at: at(10), answer: 500, durationMs: 1 }, "parked");
    await api.forget();
    const ports = { ...fixture, keys: [KEYS.callback] as const, settings: SETTINGS.callback };
    await dispatcher(ports)({ v: 1, type: "callback", tid: TID, attempt: 2 });
    expect(fixture.sender.requests).toHaveLength(1);
    const [sent] = fixture.sender.requests;
    expect(Object.fromEntries(new URLSearchParams(sent?.body))).toEqual({
      tid: TID,
      to: MASKED,
      status: "error",
      reason: "busy",
    });
  });
});

describe("a call that is to be forgotten", () => {
  it.each([
    ["queued", queued],
    ["dialing", dialed],
    ["answered", answered],
  ])("is left alone while it is %s", async (_, call) => {
    const api = given(call() as ReturnType<typeof over>);
    const before = api.recorded();
    expect(await api.forget()).toMatchObject({
      status: 409,
      body: { type: "urn:promptcall:problem:not_completed", state: call().phase },
    });
    expect(api.recorded()).toBe(before);
  });

  it.each(["yes", "1", "TRUE", "tru"])("is neither forgotten nor cancelled where forget is %s", async (value) => {
    const api = given(queued() as ReturnType<typeof over>);
    const before = api.recorded();
    expect(await api.forget(value)).toMatchObject({
      status: 400,
      body: { type: "urn:promptcall:problem:invalid_request", errors: [{ field: "forget" }] },
    });
    expect(api.recorded()).toBe(before);
  });
});

describe("digits for a call whose PIN was erased", () => {
  it("end the call, and are neither judged nor reported", async () => {
    const { fixture } = given();
    await fixture.calls.eraseWords(TID);
    const url = webhookUrl({
      baseUrl: "https://hooks.example",
      key: KEYS.webhook,
      tid: TID,
      purpose: { kind: "digits", attempt: 1 },
    });
    const ports = {
      ...fixture,
      pinKeys: [KEYS.pin],
      webhookKeys: [KEYS.webhook],
      signatureSecrets: new Map(),
    } as const;
    const response = await requests(webhooksApp(ports)).request(url, {
      method: "POST",
      body: JSON.stringify({ dtmf: { digits: PIN } }),
    });
    expect([response.status, await response.json()]).toEqual([200, []]);
    expect(fixture.bus.published).toEqual([]);
  });
});
