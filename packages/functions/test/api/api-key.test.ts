import { createHash } from "node:crypto";
import { parseApiKeyHashes } from "@promptcall/core/security/api-key";
import { describe, expect, it } from "vitest";
import { problem } from "./expected.ts";
import { answerOf, apiFixture, BEARER, json, PARAMETERS } from "./given.ts";

const hashOf = (key: string) => createHash("sha256").update(key).digest("hex");

function given() {
  const apiKeys = parseApiKeyHashes([hashOf("one"), hashOf("two")].join("\n"));
  if ("wrong" in apiKeys) throw new Error(apiKeys.wrong);
  return apiFixture({ apiKeys });
}

const refused = problem(
  401,
  "invalid_api_key",
  "This deployment asks for an API key. Send one of its keys as x-api-key.",
);

describe("a deployment with API keys", () => {
  it.each([
    ["none", {}],
    ["an empty one", { "x-api-key": "" }],
    ["another", { "x-api-key": "three" }],
    ["the hash of one", { "x-api-key": hashOf("one") }],
  ])("answers no request of a customer with %s, and nothing comes of it", async (_what, headers) => {
    const { app, fixture } = given();
    const requests: [string, RequestInit][] = [
      ["/call", json(PARAMETERS, { ...BEARER, ...headers })],
      ["/call/any", { headers }],
      ["/call/any", { method: "DELETE", headers }],
      ["/batch/any", { headers }],
      ["/batch/any/results", { headers }],
      ["/batch/any", { method: "DELETE", headers }],
      ["/batch/any/pause", { method: "POST", headers }],
      ["/batch/any/resume", { method: "POST", headers }],
    ];
    for (const [path, request] of requests) expect(await answerOf(await app.request(path, request))).toEqual(refused);
    expect(await answerOf(await app.request("/nowhere", { headers }))).toEqual(refused);
    expect(fixture.calls.records()).toEqual({ specs: [], states: [] });
    expect([fixture.dial.sent, fixture.carrier.judged]).toEqual([[], []]);
  });

  it.each(["one", "two"])("takes a call with each of them: %s", async (key) => {
    const { app } = given();
    expect((await app.request("/call", json(PARAMETERS, { ...BEARER, "x-api-key": key }))).status).toBe(202);
  });

  it.each(["/health", "/setup", "/openapi.json", "/asyncapi.json"])("answers %s without one", async (path) => {
    expect((await given().app.request(path)).status).toBe(200);
  });
});

it("a deployment without API keys asks for none", async () => {
  const { app } = apiFixture();
  expect((await app.request("/call", json(PARAMETERS))).status).toBe(202);
});
