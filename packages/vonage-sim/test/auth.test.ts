import { SignJWT, UnsecuredJWT } from "jose";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { APPLICATION, keys, NOBODY, nowSeconds, postCall, signed, startRig, TO } from "./support.ts";

const TRACE = /^[0-9a-f]{32}$/;
const DAY_SECONDS = 24 * 3600;
const unauthorized = { type: "UNAUTHORIZED", error_title: "Unauthorized" };

describe("a token", () => {
  it.each<[string, () => Promise<string | undefined> | string]>([
    ["is missing", async () => undefined],
    ["is garbled", () => "abc.def.ghi"],
    ["is unsigned", () => new UnsecuredJWT({ application_id: APPLICATION, iat: nowSeconds(), jti: "1" }).encode()],
    [
      "is signed with HS256",
      () =>
        new SignJWT({ application_id: APPLICATION, iat: nowSeconds(), jti: "1" })
          .setProtectedHeader({ alg: "HS256" })
          .sign(new Uint8Array(32)),
    ],
    ["has expired", () => signed({ exp: nowSeconds() - 1 })],
    ["has no exp, and was issued 15 minutes ago", () => signed({ iat: nowSeconds() - 901, exp: undefined })],
    ["is for more than a day", () => signed({ exp: nowSeconds() + DAY_SECONDS + 60 })],
    ["is not valid yet", () => signed({ nbf: nowSeconds() + 60 })],
    ["names no application", () => signed({ application_id: undefined })],
    ["has no jti", () => signed({ jti: undefined })],
    ["does not say when it was issued", () => signed({ iat: undefined })],
    ["is for other paths", () => signed({ acl: { paths: { "/*/users/**": {} } } })],
    ["is for other methods", () => signed({ acl: { paths: { "/v1/calls": { methods: ["GET"] } } } })],
    ["is for paths that begin like this one", () => signed({ acl: { paths: { "/v1/calls/*": {}, "/v1": {} } } })],
    ["has an acl of another form", () => signed({ acl: ["/v1/calls"] })],
    [
      "was signed with other claims",
      async () => {
        const [header, , signature] = (await signed()).split(".");
        const claims = { application_id: APPLICATION, iat: nowSeconds(), jti: "2" };
        return `${header}.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.${signature}`;
      },
    ],
  ])("that %s is refused", async (_what, token) => {
    const { sim } = await startRig();
    const response = await postCall(sim.url, { token: await token() });
    expect({ code: response.status, body: await response.json() }).toEqual({ code: 401, body: unauthorized });
    expect(response.headers.get("x-nexmo-trace-id")).toMatch(TRACE);
    expect(sim.calls()).toEqual([]);
  });

  it.each<[string, object]>([
    ["lasts a day", { exp: nowSeconds() + DAY_SECONDS - 60, iat: nowSeconds() - 60 }],
    ["has no exp", { exp: undefined }],
    ["is for this path", { acl: { paths: { "/v1/calls": {} } } }],
    ["is for this path and all below it", { acl: { paths: { "/*/calls/**": {} } } }],
    ["is for this method", { acl: { paths: { "/**": { methods: ["POST"] } } } }],
  ])("that %s is taken", async (_what, claims) => {
    const { sim } = await startRig();
    expect((await postCall(sim.url, { token: await signed({ ...claims }) })).status).toBe(201);
  });

  it("of an application that is not known is taken at its word", async () => {
    const { sim } = await startRig({ applications: {} });
    const asked = { token: await signed({ application_id: "another" }), change: { event_url: [NOBODY] } };
    expect((await postCall(sim.url, asked)).status).toBe(201);
  });
});

describe("the rate", () => {
  // Its second passes when a test says so, however long the machine takes.
  beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
  afterEach(() => void vi.useRealTimers());

  const settings = { publicKey: keys.publicKey, eventUrl: NOBODY };

  async function codesOf(requests: Promise<Response>[]): Promise<number[]> {
    return (await Promise.all(requests)).map(({ status }) => status).sort();
  }

  it("of calls is an account's: three in any second, of all its applications", async () => {
    const { sim } = await startRig({
      callsPerSecond: 3,
      applications: { one: { ...settings, account: "a" }, two: { ...settings, account: "a" }, other: settings },
    });
    const post = async (application_id: string) => postCall(sim.url, { token: await signed({ application_id }) });
    expect(await codesOf(["one", "two", "one", "two", "one"].map(post))).toEqual([201, 201, 201, 429, 429]);
    expect((await post("other")).status).toBe(201);
    expect(sim.requests()).toEqual({ [TO]: { 201: 4, 429: 2 } });
    vi.advanceTimersByTime(999);
    const refused = await post("two");
    expect({ code: refused.status, body: await refused.json() }).toEqual({
      code: 429,
      body: {
        type: "https://developer.vonage.com/api-errors#throttled",
        title: "Rate Limit Hit",
        detail: "Please wait, then retry your request",
        instance: expect.stringMatching(TRACE),
      },
    });
    vi.advanceTimersByTime(1);
    expect((await post("two")).status).toBe(201);
  });

  it("of other requests is fifteen in any second, GET, PUT and DELETE together, whatever is dialed", async () => {
    const { sim } = await startRig();
    const headers = { authorization: `Bearer ${await signed()}` };
    const methods = ["GET", "PUT", "DELETE"].flatMap((method) => Array.from({ length: 6 }, () => method));
    const codes = await codesOf(methods.map((method) => fetch(`${sim.url}/v1/calls/nobody`, { method, headers })));
    expect(codes).toEqual([...Array.from({ length: 15 }, () => 404), 429, 429, 429]);
    expect((await postCall(sim.url, { token: await signed() })).status).toBe(201);
  });

  it("is that of the account an application is moved to", async () => {
    const { sim } = await startRig({ callsPerSecond: 1, applications: {} });
    const body = JSON.stringify({ account: "a", event_url: NOBODY });
    for (const id of ["one", "two"])
      expect((await fetch(`${sim.url}/sim/applications/${id}`, { method: "PUT", body })).status).toBe(204);
    const post = async (id: string) =>
      (await postCall(sim.url, { token: await signed({ application_id: id }) })).status;
    expect([await post("one"), await post("two")]).toEqual([201, 429]);
  });
});
