import { createPrivateKey } from "node:crypto";
import { SignJWT, UnsecuredJWT } from "jose";
import { describe, expect, it } from "vitest";
import type { SimCall, VonageSimOptions } from "../src/sim.ts";
import { APPLICATION, ask, clientOf, keys, OUR_NUMBER, phone, place, refusal, startStage, talk } from "./support.ts";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const TRACE = /^[0-9a-f]{32}$/;
const NCCO = [talk("Good morning")];
const TO = "447700900100";
const ISO_SECOND = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/;

const unauthorized = {
  type: "https://developer.vonage.com/api-errors#unauthorized",
  title: "Unauthorized",
  detail: "You did not provide correct credentials.",
  instance: expect.stringMatching(TRACE),
};
const notFound = {
  type: "https://developer.vonage.com/api-errors#not-found",
  title: "Not Found",
  detail: "The requested call was not found",
  instance: expect.stringMatching(TRACE),
};

const privateKey = createPrivateKey(keys.privateKey);
const nowSeconds = () => Math.floor(Date.now() / 1000);
const signed = (claims: object, exp = nowSeconds() + 60) =>
  new SignJWT({ ...claims, iat: nowSeconds(), exp, jti: "1" }).setProtectedHeader({ alg: "RS256" }).sign(privateKey);

function post(url: string, authorization: string | undefined, body: unknown = { to: [phone(TO)], ncco: NCCO }) {
  return fetch(`${url}/v1/calls`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(authorization && { authorization }) },
    body: JSON.stringify(body),
  });
}

describe("POST /v1/calls", () => {
  it("starts a call", async () => {
    const { sim } = await startStage();
    const response = await post(sim.url, `Bearer ${await signed({ application_id: APPLICATION })}`);
    expect({ code: response.status, body: await response.json() }).toEqual({
      code: 201,
      body: {
        uuid: expect.stringMatching(UUID),
        status: "started",
        direction: "outbound",
        conversation_uuid: expect.stringMatching(/^CON-[0-9a-f-]{36}$/),
      },
    });
    expect(response.headers.get("x-nexmo-trace-id")).toMatch(TRACE);
  });

  it.each([
    [
      "a number with a plus sign",
      { to: [phone("+447700900100")] },
      "can contain up to 15 digits prefixed with +",
      "number",
    ],
    ["a number of 6 digits", { to: [phone("447700")] }, "can contain up to 15 digits prefixed with +", "number"],
    [
      "a number of 16 digits",
      { to: [phone("4477009001000000")] },
      "can contain up to 15 digits prefixed with +",
      "number",
    ],
    ["nobody to call", { to: undefined }, "must be an array of one endpoint", "to"],
    ["nothing to play", { ncco: undefined }, "is required unless answer_url is given", "ncco"],
    ["an NCCO that is no list", { ncco: {} }, "must be an array of actions", "ncco"],
    ["an event_url that is no list", { event_url: "http://x.test" }, "must be an array of one URL", "event_url"],
    ["an event_url that is no URL", { event_url: ["x"] }, "must be an http or https URL", "event_url"],
    ["a ringing_timer of 0", { ringing_timer: 0 }, "must be a whole number between 1 and 120", "ringing_timer"],
    ["a ringing_timer of 121", { ringing_timer: 121 }, "must be a whole number between 1 and 120", "ringing_timer"],
    ["a length_timer of 0", { length_timer: 0 }, "must be a whole number between 1 and 86400", "length_timer"],
    ["a length_timer of 86401", { length_timer: 86_401 }, "must be a whole number between 1 and 86400", "length_timer"],
    ["a machine_detection unknown", { machine_detection: "x" }, "must be continue or hangup", "machine_detection"],
    [
      "two callers",
      { from: phone(OUR_NUMBER), random_from_number: true },
      "cannot be combined with random_from_number",
      "from",
    ],
  ])("refuses %s", async (_what, change, reason, name) => {
    const { sim } = await startStage();
    const body = { to: [phone(TO)], ncco: NCCO, ...change };
    const response = await post(sim.url, `Bearer ${await signed({ application_id: APPLICATION })}`, body);
    expect({ code: response.status, body: await response.json() }).toEqual({
      code: 400,
      body: { type: 400, title: "Bad Request", invalid_parameters: [{ reason, name }] },
    });
    expect(sim.calls()).toEqual([]);
  });

  it("refuses what is not JSON", async () => {
    const { sim } = await startStage();
    const headers = { authorization: `Bearer ${await signed({ application_id: APPLICATION })}` };
    const response = await fetch(`${sim.url}/v1/calls`, { method: "POST", headers, body: "{" });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ type: 400, invalid_parameters: [{ name: "body" }] });
  });

  it.each<[string, () => Promise<string | undefined>]>([
    ["no token", async () => undefined],
    ["another scheme", async () => "Basic abc"],
    ["a garbled token", async () => "Bearer abc.def.ghi"],
    ["an unsigned token", async () => `Bearer ${new UnsecuredJWT({ application_id: APPLICATION }).encode()}`],
    [
      "a token signed with HS256",
      async () =>
        `Bearer ${await new SignJWT({ application_id: APPLICATION })
          .setProtectedHeader({ alg: "HS256" })
          .sign(new Uint8Array(32))}`,
    ],
    ["an expired token", async () => `Bearer ${await signed({ application_id: APPLICATION }, nowSeconds() - 1)}`],
    ["a token of no application", async () => `Bearer ${await signed({})}`],
    [
      "a token whose claims were changed",
      async () => {
        const [header, , signature] = (await signed({ application_id: APPLICATION })).split(".");
        const claims = { application_id: APPLICATION, exp: nowSeconds() + 9999 };
        return `Bearer ${header}.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.${signature}`;
      },
    ],
  ])("refuses %s", async (_what, authorization) => {
    const { sim } = await startStage();
    const response = await post(sim.url, await authorization());
    expect({ code: response.status, body: await response.json() }).toEqual({ code: 401, body: unauthorized });
    expect(response.headers.get("x-nexmo-trace-id")).toMatch(TRACE);
    expect(sim.calls()).toEqual([]);
  });

  it("takes an application it holds no key of at its word", async () => {
    const { sim } = await startStage({ applications: {} });
    expect((await post(sim.url, `Bearer ${await signed({ application_id: "another" })}`)).status).toBe(201);
  });

  it("refuses what an application asks beyond its rate, and nothing of another's", async () => {
    const { sim, voice } = await startStage({ callsPerSecond: 3 });
    const asked = Array.from({ length: 5 }, () => place(voice, TO, { ncco: NCCO }));
    const results = await Promise.allSettled(asked);
    const refused = results.flatMap((result, n) => (result.status === "rejected" ? [asked[n] ?? result] : []));
    expect(refused).toHaveLength(2);
    expect(await refusal(refused[0] as Promise<unknown>)).toEqual({
      code: 429,
      body: {
        type: "https://developer.vonage.com/api-errors#throttled",
        title: "Rate Limit Hit",
        detail: "Please wait, then retry your request",
        instance: expect.stringMatching(TRACE),
      },
    });
    await place(clientOf(sim, "another"), TO, { ncco: NCCO });
    expect(sim.calls()).toHaveLength(4);
    expect(sim.requests()).toEqual({ [TO]: { 201: 4, 429: 2 } });
  });
});

describe("GET /v1/calls/{uuid}", () => {
  async function placed(options: VonageSimOptions = {}) {
    const { sim, voice, finished } = await startStage(options);
    const { uuid, conversationUUID } = await place(voice, TO, { ncco: NCCO });
    const authorization = `Bearer ${await signed({ application_id: APPLICATION })}`;
    const identity = {
      _links: { self: { href: `/v1/calls/${uuid}` } },
      uuid,
      conversation_uuid: conversationUUID,
      to: phone(TO),
      from: phone(OUR_NUMBER),
      direction: "outbound",
    };
    const read = async () => (await fetch(`${sim.url}/v1/calls/${uuid}`, { headers: { authorization } })).json();
    return { identity, read, voice, finished };
  }

  it("says what a call is, and no price while it is not over", async () => {
    // A second of its life takes us a hundred.
    const { identity, read } = await placed({ speed: 0.01 });
    expect(await read()).toEqual({ ...identity, status: "started" });
  });

  it("says what a call was once it is over", async () => {
    const { identity, read, voice, finished } = await placed();
    const { uuid, conversation_uuid: conversationUUID } = identity;
    await finished(uuid);
    expect(await read()).toEqual({
      ...identity,
      status: "completed",
      start_time: expect.stringMatching(ISO_SECOND),
      end_time: expect.stringMatching(ISO_SECOND),
      duration: "1",
      rate: "0.10000000",
      price: "0.00166667",
      network: "23420",
    });
    expect(await voice.getCall(uuid)).toMatchObject({ uuid, conversationUUID, duration: "1", price: "0.00166667" });
  });

  it("knows no other application's calls, nor any that never were", async () => {
    const { sim, voice } = await startStage();
    const { uuid } = await place(voice, TO, { ncco: NCCO });
    const stranger = clientOf(sim, "another");
    // Each asked in its turn: one that is refused before anybody waits for it would count as unhandled.
    const requests = [() => stranger.getCall(uuid), () => stranger.hangupCall(uuid), () => voice.getCall("nobody")];
    for (const request of requests) {
      expect(await refusal(request())).toEqual({ code: 404, body: notFound });
    }
    expect((await fetch(`${sim.url}/v1/calls/${uuid}`)).status).toBe(401);
  });
});

describe("PUT /v1/calls/{uuid}", () => {
  const tooEarlyOrLate = { code: 400, body: { type: "BAD_REQUEST", error_title: "Bad Request" } };
  const isTalking =
    (text: string) =>
    ({ ncco }: SimCall) =>
      ncco.some((action) => action.action === "talk" && action.text === text);

  it("hangs up", async () => {
    const { voice, until, finished } = await startStage();
    const { uuid } = await place(voice, TO, { ncco: [talk("On and on", { loop: 0 })] });
    await until(isTalking("On and on"));
    await voice.hangupCall(uuid);
    expect(await finished(uuid)).toMatchObject({ status: "completed", disconnectedBy: "platform" });
    expect(await refusal(voice.hangupCall(uuid))).toEqual(tooEarlyOrLate);
  });

  it("cancels a call that was not answered yet", async () => {
    const { voice, until, finished } = await startStage();
    const { uuid } = await place(voice, "447700900106", { ncco: NCCO });
    await until((call) => call.status === "ringing");
    await voice.hangupCall(uuid);
    expect(await finished(uuid)).toMatchObject({ status: "completed", disconnectedBy: null, ncco: [] });
  });

  it("refuses in the call's first second", async () => {
    const { voice } = await startStage({ speed: 0.1 });
    const { uuid } = await place(voice, TO, { ncco: NCCO });
    expect(await refusal(voice.hangupCall(uuid))).toEqual(tooEarlyOrLate);
  });

  it("transfers to another NCCO, which replaces the one being played", async () => {
    const { voice, until, finished } = await startStage();
    const { uuid } = await place(voice, TO, { ncco: [talk("On and on", { loop: 0 }), talk("Never said")] });
    await until(isTalking("On and on"));
    await voice.transferCallWithNCCO(uuid, [talk("Instead")] as never);
    expect((await finished(uuid)).ncco).toEqual([talk("On and on", { loop: 0 }), talk("Instead")]);
  });

  it("refuses an NCCO that is not valid, and an action unknown", async () => {
    const { sim, voice, until } = await startStage();
    const { uuid } = await place(voice, TO, { ncco: [talk("On and on", { loop: 0 })] });
    await until(isTalking("On and on"));
    const bad = [{ reason: "must not be empty", name: "text" }];
    expect(await refusal(voice.transferCallWithNCCO(uuid, [talk("")] as never))).toEqual({
      code: 400,
      body: { type: 400, title: "Bad Request", invalid_parameters: bad },
    });
    const authorization = `Bearer ${await signed({ application_id: APPLICATION })}`;
    const request = { method: "PUT", headers: { authorization }, body: '{"action":"sing"}' };
    expect((await fetch(`${sim.url}/v1/calls/${uuid}`, request)).status).toBe(400);
  });
});

describe("GET /sim", () => {
  it("tells what was asked and what happened, without the token", async () => {
    const { sim, voice, finished } = await startStage();
    const one = await place(voice, TO, { ncco: ask("http://127.0.0.1:9/digits") });
    const two = await place(voice, "447700900105", { ncco: NCCO });
    await Promise.all([finished(one.uuid), finished(two.uuid)]);
    const calls = await (await fetch(`${sim.url}/sim/calls`)).text();
    expect(JSON.parse(calls)).toEqual(sim.calls());
    expect(sim.calls().map(({ to, digits, webhooks }) => ({ to, digits, webhooks }))).toEqual([
      {
        to: TO,
        digits: ["1234"],
        webhooks: [
          { kind: "dtmf", response: "unreachable" },
          { kind: "dtmf", response: "unreachable" },
        ],
      },
      { to: "447700900105", digits: [], webhooks: [] },
    ]);
    expect(calls).not.toMatch(/bearer|eyJ/i);
    const requests = await fetch(`${sim.url}/sim/requests`);
    expect(await requests.json()).toEqual({ [TO]: { 201: 1 }, "447700900105": { 201: 1 } });
  });
});
