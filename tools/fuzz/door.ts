import { generateKeyPairSync } from "node:crypto";
import { accept } from "@promptcall/core/call/evolve";
import { statusToken } from "@promptcall/core/security/status-token";
import { webhookUrl } from "@promptcall/core/security/webhook-address";
import { apiApp } from "@promptcall/functions/api/app";
import { requests } from "@promptcall/functions/testing/requests";
import { webhooksApp } from "@promptcall/functions/webhooks/app";
import { emptyFixture } from "../../packages/functions/test/fixture.ts";
import { BASE_URL, CREDENTIAL, KEYS, spec, TID } from "../../packages/functions/test/given.ts";
import { countingPorts } from "./counting-ports.ts";

export const BATCH_ID = "5f0f2b52-1d3a-4c8e-9f57-7b1d4f7f0b11";
export const API_URL = "https://api.example";

/** Of what is on record: addresses with the tokens that open them. */
export const ADDRESSES = {
  call: `/call/${TID}?token=${statusToken({ kind: "call", id: TID, key: KEYS.status })}`,
  batch: `/batch/${BATCH_ID}?token=${statusToken({ kind: "batch", id: BATCH_ID, key: KEYS.status })}`,
  status: webhookUrl({ baseUrl: BASE_URL, key: KEYS.webhook, tid: TID, purpose: { kind: "status" } }),
  digits: webhookUrl({
    baseUrl: BASE_URL,
    key: KEYS.webhook,
    tid: TID,
    purpose: { kind: "digits", attempt: 1 },
  }),
};

/** Of a client of the deprecated API. */
export const OLD_CREDENTIAL = { api_key: "abcd1234", api_secret: "secret" };
const OLD_PAIR = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});
const OLD_ACCOUNT = { applicationId: "old", privateKey: OLD_PAIR.privateKey };
const isOld = (asked: object) =>
  JSON.stringify(asked) === JSON.stringify({ apiKey: OLD_CREDENTIAL.api_key, secret: OLD_CREDENTIAL.api_secret });

export interface Door {
  /** Answers as the deployed functions do: the same apps, on fakes. */
  request(url: string, init: RequestInit): Promise<Response>;
  /** How often something was written that a refused request has to leave alone; what was taken back is not counted. */
  writes(): number;
}

/** What is behind the door: one call and one batch, and room for more. */
export async function openDoor(): Promise<Door> {
  let count = 0;
  const written = (by: number) => {
    count += by;
  };
  const empty = emptyFixture();
  const { guard } = empty.settings;
  const fixture = {
    ...empty,
    oldAccounts: { open: async (asked: object) => (isOld(asked) ? OLD_ACCOUNT : undefined) },
    carrier: {
      ...empty.carrier,
      takes: async (jwt: string) => (jwt === CREDENTIAL ? ("yes" as const) : ("no" as const)),
    },
    // So few that some calls come to a limit.
    settings: { ...empty.settings, guard: { ...guard, callsPerDestinationPerHour: 20, callsPerDay: 14 } },
  };
  await fixture.applications.write("old", { seen: {}, next: { publicKeys: [{ pem: OLD_PAIR.publicKey }] } });
  const asked = spec();
  fixture.hold({ spec: asked, call: accept(asked) });
  await fixture.deliveries.add(TID, { attempt: 1, at: asked.acceptedAt, answer: 503, durationMs: 1 }, "parked");
  await fixture.batches.add({
    id: BATCH_ID,
    applicationId: "app",
    count: 3,
    acceptedAt: asked.acceptedAt,
    firstDialAt: asked.acceptedAt,
    lastDialAt: asked.acceptedAt,
  });
  const ports = {
    ...countingPorts(fixture, written),
    log: { info: () => {}, failure: () => {} },
    pinKeys: [KEYS.pin] as const,
    statusKeys: [KEYS.status] as const,
    webhookKeys: [KEYS.webhook] as const,
    signatureSecrets: new Map<string, Uint8Array>(),
    apiKeys: [],
    parts: { table: async () => {} },
  };
  const [api, webhooks] = [requests(apiApp(ports)), requests(webhooksApp(ports))];
  return {
    request: async (url, init) => await (url.startsWith(BASE_URL) ? webhooks : api).request(url, init),
    writes: () => count,
  };
}
