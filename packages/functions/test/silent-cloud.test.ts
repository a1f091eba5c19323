import { callIdOf } from "@promptcall/core/call/batch";
import { NOT_SET } from "@promptcall/core/contracts/optional-secret";
import type { APIGatewayProxyEventV2, Context } from "aws-lambda";
import { Resource } from "sst/resource";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { PARAMETERS } from "./api/given.ts";
import { CREDENTIAL, event, jwt, MASKED, SETTINGS, TID } from "./given.ts";
import { SILENCES, silentServer, unlessOver } from "./silent-server.ts";
import { batch } from "./sqs.ts";
import { statusUrl } from "./webhooks/given.ts";

/** Of every invocation here: half a second for others, and half to say what has failed. */
const LIMIT_MS = 1_000;
const CONTEXT = { getRemainingTimeInMillis: () => LIMIT_MS } as Context;

const QUEUES = ["DialQueue", "TimersQueue", "CallbacksQueue", "CallbackRetriesQueue"];
const LOOKED_AT = ["dial", "state", "timers", "callbacks", "callbackRetries"];
const KEYS = ["SealKey", "PinKey", "WebhookKey", "CallbackKey", "StatusKey", "ReceiverKey", "DigitsKey"];

const printed: string[] = [];
beforeEach(() => {
  printed.length = 0;
  vi.resetModules();
  vi.spyOn(process.stdout, "write").mockImplementation((line) => printed.push(String(line)) > 0);
  for (const level of ["info", "error"] as const)
    vi.spyOn(console, level).mockImplementation((line) => void printed.push(String(line)));
});
afterEach(() => vi.unstubAllEnvs());

/** A cloud and a carrier that are there and do not answer. */
async function link(url: string): Promise<void> {
  vi.stubEnv("AWS_ENDPOINT_URL", url);
  vi.stubEnv("AWS_REGION", "eu-west-1");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "id");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
  const key = { value: Buffer.alloc(32, 2).toString("base64url") };
  Object.assign(Resource, {
    App: { stage: "test" },
    Calls: { name: "calls" },
    Bus: { name: "bus" },
    Health: { bus: "bus", ...Object.fromEntries(LOOKED_AT.map((part) => [part, `${url}/1/${part}`])) },
    WebhookUrl: { url: "https://hooks.example" },
    Settings: { ...SETTINGS, carrier: { ...SETTINGS.carrier, host: url } },
    ...Object.fromEntries([...QUEUES, "CallbacksDeadLetters"].map((name) => [name, { url: `${url}/1/${name}` }])),
    ...Object.fromEntries(KEYS.map((name) => [name, key])),
    ...Object.fromEntries(["ApiKeys", "SignatureSecrets"].map((name) => [name, { value: NOT_SET }])),
  });
}

function request(method: string, url: string, body?: object): Partial<APIGatewayProxyEventV2> {
  const { pathname, search, host } = new URL(url);
  return {
    version: "2.0",
    rawPath: pathname,
    rawQueryString: search.slice(1),
    headers: { host, "content-type": "application/json", authorization: `Bearer ${LASTING}` },
    requestContext: { domainName: host, http: { method } } as APIGatewayProxyEventV2["requestContext"],
    ...(body && { body: JSON.stringify(body) }),
    isBase64Encoded: false,
  };
}
const LASTING = jwt({ application_id: "app", iat: Date.now() / 1000, exp: Date.now() / 1000 + 3_600 });

const call = { v: 1, tid: TID };
const of = callIdOf({ batchId: TID, index: 0 });
const delivered = { source: "promptcall", "detail-type": "call.dialed" };

const FUNCTIONS: Record<string, () => Promise<[handler: unknown, given: unknown]>> = {
  "api: a call": async () => [
    (await import("../src/api/lambda.ts")).handler,
    request("POST", "https://api.example/call", PARAMETERS),
  ],
  "api: a batch": async () => [
    (await import("../src/api/lambda.ts")).handler,
    request("POST", "https://api.example/call", { calls: Array.from({ length: 60 }, () => PARAMETERS) }),
  ],
  "api: its health": async () => [
    (await import("../src/api/lambda.ts")).handler,
    request("GET", "https://api.example/health"),
  ],
  webhooks: async () => [
    (await import("../src/webhooks/lambda.ts")).handler,
    request("POST", statusUrl(), { status: "completed", uuid: TID, timestamp: new Date().toISOString() }),
  ],
  dialer: async () => [
    (await import("../src/dialer/lambda.ts")).handler,
    batch({ ...call, type: "dial", sealed_credential: CREDENTIAL }),
  ],
  reducer: async () => {
    const { metadata, data } = event(1, "call.dialed", { uuid: TID });
    return [(await import("../src/reducer/lambda.ts")).handler, batch({ ...delivered, detail: { metadata, data } })];
  },
  timers: async () => [
    (await import("../src/timers/lambda.ts")).handler,
    batch({ ...call, type: "settle", id: "settle", not_before: new Date(0).toISOString() }),
  ],
  dispatcher: async () => {
    const { metadata } = event(1, "call.dialed", { uuid: TID });
    const detail = { metadata, data: { to: MASKED, status: "ok", attempts: 1 } };
    return [
      (await import("../src/dispatcher/lambda.ts")).first,
      batch({ ...delivered, "detail-type": "call.completed", detail }),
    ];
  },
  "dead letters": async () => [
    (await import("../src/dead-letters/lambda.ts")).dial,
    batch({ ...call, tid: of, type: "dial", sealed_credential: CREDENTIAL }),
  ],
};

describe.each(SILENCES)("in a cloud that %s", (silence) => {
  it.each(Object.keys(FUNCTIONS))("%s has answered before Lambda ends it, and says what has failed", async (name) => {
    const { url } = await silentServer(silence);
    await link(url);
    const [handler, given] = (await FUNCTIONS[name]?.()) ?? [];
    const answer = await unlessOver(
      LIMIT_MS,
      (handler as (event: unknown, context: Context) => Promise<object>)(given, CONTEXT),
    );
    const failed = { batchItemFailures: [{ itemIdentifier: "m1" }] };
    const isAsked = name.startsWith("api") || name === "webhooks";
    expect(answer).toMatchObject(isAsked ? { statusCode: 503 } : failed);
    expect(printed.join("\n")).toMatch(/TimeoutError|ECONNREFUSED/);
  });
});
