import { isDeepStrictEqual } from "node:util";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import type { SimCall, VonageSimOptions } from "../src/sim.ts";
import {
  ask,
  clientOf,
  NCCO,
  NOBODY,
  OUR_NUMBER,
  phone,
  place,
  postCall,
  refusal,
  signed,
  startRig,
  TO,
  talk,
} from "./support.ts";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const TRACE = /^[0-9a-f]{32}$/;
const ISO_SECOND = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/;

const notFound = { type: "NOT_FOUND", error_title: "Not Found" };

describe("a region", () => {
  it("has its own calls, which are not there by any other address", async () => {
    const { sim } = await startRig();
    const token = await signed();
    const regional = `${sim.url}/regions/eu-west`;
    const { uuid } = (await (await postCall(regional, { token })).json()) as { uuid: string };
    const codeAt = async (host: string) =>
      (await fetch(`${host}/v1/calls/${uuid}`, { headers: { authorization: `Bearer ${token}` } })).status;
    expect([await codeAt(regional), await codeAt(`${sim.url}/regions/na-east`), await codeAt(sim.url)]).toEqual([
      200, 404, 404,
    ]);
    expect(sim.calls()).toMatchObject([{ uuid, region: "eu-west" }]);
  });
});

describe("POST /v1/calls", () => {
  it("starts a call", async () => {
    const { sim } = await startRig();
    const response = await postCall(sim.url, { token: await signed() });
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
    ["no caller", { from: undefined }, "is required unless random_from_number is true", "from"],
    [
      "no caller again",
      { from: undefined, random_from_number: false },
      "is required unless random_from_number is true",
      "from",
    ],
    ["a field unknown", { machineDetection: "hangup" }, "is not known", "machineDetection"],
    ["a field unknown of the callee", { to: [{ ...phone(TO), name: "A" }] }, "is not known", "name"],
    [
      "two callers",
      { from: phone(OUR_NUMBER), random_from_number: true },
      "cannot be combined with random_from_number",
      "from",
    ],
  ])("refuses %s", async (_what, change, reason, name) => {
    const { sim } = await startRig();
    const response = await postCall(sim.url, { token: await signed(), change });
    expect({ code: response.status, body: await response.json() }).toEqual({
      code: 400,
      body: { type: 400, title: "Bad Request", invalid_parameters: [{ reason, name }] },
    });
    expect(sim.calls()).toEqual([]);
  });

  it("refuses a call that has no address for its events", async () => {
    const { sim } = await startRig({ applications: {} });
    const missing = [{ reason: "is required unless the application has one", name: "event_url" }];
    const response = await postCall(sim.url, { token: await signed() });
    expect({ code: response.status, body: await response.json() }).toEqual({
      code: 400,
      body: { type: 400, title: "Bad Request", invalid_parameters: missing },
    });
    const withAddress = await postCall(sim.url, { token: await signed(), change: { event_url: [NOBODY] } });
    expect(withAddress.status).toBe(201);
  });

  it("picks a caller when asked to", async () => {
    const { sim } = await startRig();
    await postCall(sim.url, { token: await signed(), change: { from: undefined, random_from_number: true } });
    expect(sim.calls()).toEqual([expect.objectContaining({ to: TO, from: "12015550100" })]);
  });

  it("refuses what is not JSON", async () => {
    const { sim } = await startRig();
    const headers = { authorization: `Bearer ${await signed()}` };
    const response = await fetch(`${sim.url}/v1/calls`, { method: "POST", headers, body: "{" });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ type: 400, invalid_parameters: [{ name: "body" }] });
  });
});

describe("GET /v1/calls/{uuid}", () => {
  async function placed(options: VonageSimOptions = {}) {
    const { sim, voice, finished } = await startRig(options);
    const { uuid, conversationUUID } = await place(voice, TO, { ncco: NCCO });
    const authorization = `Bearer ${await signed()}`;
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
    const { sim, voice } = await startRig();
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

describe("other requests", () => {
  it.each([
    ["PUT", "/v1/calls", 405, { type: "METHOD_NOT_ALLOWED", error_title: "Method Not Allowed" }],
    ["DELETE", "/v1/calls", 405, { type: "METHOD_NOT_ALLOWED", error_title: "Method Not Allowed" }],
    ["PATCH", "/v1/calls", 403, { type: "FORBIDDEN", error_title: "Forbidden" }],
    ["GET", "/v1/faxes", 404, notFound],
  ])("%s %s is answered %i", async (method, path, code, body) => {
    const { sim } = await startRig();
    const headers = { authorization: `Bearer ${await signed()}` };
    const response = await fetch(`${sim.url}${path}`, { method, headers });
    expect({ code: response.status, body: await response.json() }).toEqual({ code, body });
  });

  it("GET /v1/calls/ping wants no token", async () => {
    const { sim } = await startRig();
    expect((await fetch(`${sim.url}/v1/calls/ping`)).status).toBe(200);
  });

  it("what cannot be done is answered 500", async () => {
    const fail = () => {
      throw new Error("cannot be done");
    };
    const { sim } = await startRig({ onCall: fail });
    const response = await postCall(sim.url, { token: await signed() });
    expect({ code: response.status, body: await response.json() }).toEqual({
      code: 500,
      body: { type: "INTERNAL_SERVER_ERROR", error_title: "Internal Server Error" },
    });
  });
});

describe("PUT /v1/calls/{uuid}", () => {
  const tooEarlyOrLate = { code: 400, body: { type: "BAD_REQUEST", error_title: "Bad Request" } };
  const isTalking =
    (text: string) =>
    ({ ncco }: SimCall) =>
      ncco.some((action) => action.action === "talk" && action.text === text);

  it("hangs up", async () => {
    const { voice, until, finished } = await startRig();
    const { uuid } = await place(voice, TO, { ncco: [talk("On and on", { loop: 0 })] });
    await until(isTalking("On and on"));
    await voice.hangupCall(uuid);
    expect(await finished(uuid)).toMatchObject({ status: "completed", disconnectedBy: "platform" });
    expect(await refusal(voice.hangupCall(uuid))).toEqual(tooEarlyOrLate);
  });

  it("cancels a call that was not answered yet", async () => {
    const { voice, until, finished } = await startRig();
    const { uuid } = await place(voice, "447700900106", { ncco: NCCO });
    await until((call) => call.status === "ringing");
    await voice.hangupCall(uuid);
    expect(await finished(uuid)).toMatchObject({ status: "completed", disconnectedBy: null, ncco: [] });
  });

  it("refuses in the call's first second", async () => {
    const { voice } = await startRig({ speed: 0.1 });
    const { uuid } = await place(voice, TO, { ncco: NCCO });
    expect(await refusal(voice.hangupCall(uuid))).toEqual(tooEarlyOrLate);
  });

  it("transfers to another NCCO, which replaces the one being played", async () => {
    const { voice, until, finished } = await startRig();
    const { uuid } = await place(voice, TO, { ncco: [talk("On and on", { loop: 0 }), talk("Never said")] });
    await until(isTalking("On and on"));
    await voice.transferCallWithNCCO(uuid, [talk("Instead")] as never);
    expect((await finished(uuid)).ncco).toEqual([talk("On and on", { loop: 0 }), talk("Instead")]);
  });

  it.each([
    ["before it is answered", "ringing", 1.5],
    ["while a machine is listened for", "answered", 4.5],
  ] as const)("transfers a call %s, and plays the other NCCO once", async (_when, status, seconds) => {
    // Its clock stands still while it is asked.
    vi.useFakeTimers({ toFake: ["performance"] });
    onTestFinished(() => void vi.useRealTimers());
    const { voice, until, finished } = await startRig({ speed: 1 });
    const { uuid } = await place(voice, TO, { ncco: NCCO, machineDetection: "continue" });
    vi.advanceTimersByTime(seconds * 1000);
    await until((call) => call.status === status);
    await voice.transferCallWithNCCO(uuid, [talk("Instead")] as never);
    vi.advanceTimersByTime(60_000);
    expect((await finished(uuid)).ncco).toEqual([talk("Instead")]);
  });

  it("refuses an NCCO that is not valid, and an action unknown", async () => {
    const { sim, voice, until } = await startRig();
    const { uuid } = await place(voice, TO, { ncco: [talk("On and on", { loop: 0 })] });
    await until(isTalking("On and on"));
    const bad = [{ reason: "must not be empty", name: "text" }];
    expect(await refusal(voice.transferCallWithNCCO(uuid, [talk("")] as never))).toEqual({
      code: 400,
      body: { type: 400, title: "Bad Request", invalid_parameters: bad },
    });
    const authorization = `Bearer ${await signed()}`;
    const request = { method: "PUT", headers: { authorization }, body: '{"action":"sing"}' };
    expect((await fetch(`${sim.url}/v1/calls/${uuid}`, request)).status).toBe(400);
  });
});

describe("GET /sim", () => {
  it("tells what was asked and what happened, without the token", async () => {
    const byKind = (one: { kind: string }, other: { kind: string }) => one.kind.localeCompare(other.kind);
    const unreachable = (status: string) => ({ kind: "status", status, response: "unreachable" });
    const { sim, voice, finished } = await startRig();
    const one = await place(voice, TO, { ncco: ask("http://127.0.0.1:9/digits") });
    const two = await place(voice, "447700900105", { ncco: NCCO });
    await Promise.all([finished(one.uuid), finished(two.uuid)]);
    const calls = await (await fetch(`${sim.url}/sim/calls`)).text();
    expect(JSON.parse(calls)).toEqual(sim.calls());
    expect(sim.calls().map(({ to, digits, webhooks }) => ({ to, digits, webhooks }))).toEqual([
      {
        to: TO,
        digits: ["1234"],
        // Statuses do not wait for digits, nor digits for statuses.
        webhooks: expect.toSatisfy((webhooks: SimCall["webhooks"]) =>
          isDeepStrictEqual(webhooks.toSorted(byKind), [
            { kind: "dtmf", response: "unreachable" },
            { kind: "dtmf", response: "unreachable" },
            unreachable("started"),
            unreachable("ringing"),
            unreachable("answered"),
            unreachable("completed"),
          ]),
        ),
      },
      {
        to: "447700900105",
        digits: [],
        webhooks: [unreachable("started"), unreachable("ringing"), unreachable("busy"), unreachable("completed")],
      },
    ]);
    expect(calls).not.toMatch(/bearer|eyJ/i);
    const requests = await fetch(`${sim.url}/sim/requests`);
    expect(await requests.json()).toEqual({ [TO]: { 201: 1 }, "447700900105": { 201: 1 } });
  });
});
