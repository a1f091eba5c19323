import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Harness, startHarness, TEXTS } from "./harness.ts";

const API_KEY = "a key of this deployment";
const SIGNATURE = { apiKey: "abcd1234", secret: "a-signature-secret" };

let harness: Harness;

beforeAll(async () => {
  harness = await startHarness({
    secrets: {
      ApiKeys: createHash("sha256").update(API_KEY).digest("hex"),
      SignatureSecrets: `${SIGNATURE.apiKey}:${SIGNATURE.secret}`,
    },
  });
  await harness.system.sim.setApplication(harness.account.applicationId, { signature: SIGNATURE });
});
afterAll(async () => await harness.stop());

const post = async (headers: Record<string, string>) =>
  await fetch(`${harness.system.apiUrl}/call`, {
    method: "POST",
    headers: { authorization: `Bearer ${harness.jwt}`, ...headers },
    body: new URLSearchParams({
      to: "447700900101",
      from: "447700900999",
      pin_code: "1234",
      callback: `${harness.customer.url}/result`,
      ...TEXTS,
    }),
  });

describe("a deployment with API keys and signed webhooks", () => {
  it("calls for whoever has a key, and hears the carrier's signed webhooks", async () => {
    const response = await post({ "x-api-key": API_KEY });
    expect(response.status).toBe(202);
    const { tid } = (await response.json()) as { tid: string };
    const { parameters, genuine } = await harness.customer.results.first(tid);
    expect({ parameters, genuine }).toEqual({
      parameters: { tid, to: "447700900101", status: "ok" },
      genuine: true,
    });
  });

  it("takes no call without a key, and asks nobody about it", async () => {
    const before = harness.system.sim.lookups();
    expect([(await post({})).status, (await post({ "x-api-key": "another" })).status]).toEqual([401, 401]);
    expect(harness.system.sim.lookups()).toEqual(before);
    expect((await fetch(`${harness.system.apiUrl}/openapi.json`)).status).toBe(200);
  });

  it("takes no webhook that the carrier has not signed, whoever knows its address", async () => {
    const [call] = harness.system.sim.calls();
    const [input] =
      call?.ncco.flatMap((action) => ("eventUrl" in action && action.eventUrl ? action.eventUrl : [])) ?? [];
    const guess = (headers: Record<string, string>) =>
      fetch(String(input), {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify({ dtmf: { digits: "1234", timed_out: false } }),
      });
    expect([(await guess({})).status, (await guess({ authorization: "Bearer a.b.c" })).status]).toEqual([503, 401]);
  });
});
