import { readdirSync, readFileSync } from "node:fs";
import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterEach, describe, expect, it } from "vitest";
import { callStore } from "../../src/dynamodb/call-store.ts";
import { documents } from "../../src/dynamodb/table.ts";
import { bus } from "../../src/eventbridge/bus.ts";
import { callbackSender } from "../../src/http/callback-sender.ts";
import { CLIENT_TIMEOUTS, withTimeouts } from "../../src/runtime/client-timeouts.ts";
import { beginInvocation } from "../../src/runtime/invocation.ts";
import { queue } from "../../src/sqs/queue.ts";
import { collector } from "../../src/telemetry/otlp.ts";
import { carrier } from "../../src/vonage/carrier.ts";
import { fakeClock } from "../../testing/clock.ts";
import { at, event, SETTINGS, spec, TID } from "../given.ts";
import { SILENCES, silentServer, unlessOver } from "../silent-server.ts";

/** Of an invocation that has half a second for others. */
const LIMIT_MS = 1_000;
const begin = (limitMs = LIMIT_MS) => beginInvocation({ getRemainingTimeInMillis: () => limitMs });
afterEach(() => beginInvocation(undefined));

const options = (endpoint: string) => ({
  ...CLIENT_TIMEOUTS,
  endpoint,
  region: "eu-west-1",
  credentials: { accessKeyId: "id", secretAccessKey: "secret" },
});
const clock = fakeClock(at(0));
const table = (endpoint: string) => ({
  client: documents(withTimeouts(new DynamoDBClient(options(endpoint)))),
  tableName: "calls",
  retentionDays: 30,
  clock,
});
const sqs = (endpoint: string) => withTimeouts(new SQSClient(options(endpoint)));

/** One request of each client, and those of ours that repeat what is done in part. */
const REQUESTS: Record<string, (endpoint: string) => Promise<unknown>> = {
  "DynamoDB, one item": (endpoint) =>
    table(endpoint).client.send(new GetItemCommand({ TableName: "calls", Key: { pk: { S: "1" }, sk: { S: "1" } } })),
  "DynamoDB, a call": (endpoint) => callStore(table(endpoint)).state(TID),
  "DynamoDB, many writes": (endpoint) => callStore(table(endpoint)).add(Array.from({ length: 60 }, () => spec())),
  "DynamoDB, many reads": (endpoint) => callStore(table(endpoint)).find(Array.from({ length: 120 }, () => TID)),
  "SQS, a question": (endpoint) => sqs(endpoint).send(new GetQueueAttributesCommand({ QueueUrl: `${endpoint}/1/q` })),
  "SQS, a message": (endpoint) =>
    queue({ client: sqs(endpoint), queueUrl: `${endpoint}/1/q`, clock }).send({ v: 1, not_before: at(1) }),
  EventBridge: (endpoint) =>
    bus({ client: withTimeouts(new EventBridgeClient(options(endpoint))), busName: "bus" }).publish([
      event(1, "call.dialed", { uuid: "uuid" }),
    ]),
};

describe.each(SILENCES)("a part of the cloud that %s", (silence) => {
  it("fails every request within the invocation, with an error that is retried", async () => {
    const urls = await Promise.all(Object.keys(REQUESTS).map(async () => (await silentServer(silence)).url));
    begin();
    const failures = await Promise.all(
      Object.entries(REQUESTS).map(async ([name, ask], index) => {
        const failure = await unlessOver(LIMIT_MS, ask(urls[index] ?? ""));
        return [name, failure instanceof Error && (Reflect.get(failure, "code") ?? failure.name)];
      }),
    );
    const expected = silence === "refuses connections" ? "ECONNREFUSED" : "TimeoutError";
    expect(failures).toEqual(Object.keys(REQUESTS).map((name) => [name, expected]));
  });
});

describe("a client of the cloud", () => {
  it("has timeouts wherever one is made", () => {
    const folder = new URL("../../src/", import.meta.url);
    const made = readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .flatMap((file) => readFileSync(new URL(file, folder), "utf8").match(/.*new \w+Client\(.*/g) ?? []);
    expect(made.map((line) => line.replace(/.*= /, "")).toSorted()).toEqual([
      "withTimeouts(new DynamoDBClient(CLIENT_TIMEOUTS));",
      "withTimeouts(new EventBridgeClient(CLIENT_TIMEOUTS));",
      "withTimeouts(new SQSClient(CLIENT_TIMEOUTS));",
    ]);
  });
});

describe("a request to the cloud that was given up", () => {
  it("leaves no connection behind", async () => {
    const servers = await Promise.all(SILENCES.slice(0, 2).map(silentServer));
    begin();
    await Promise.allSettled(servers.map(({ url }) => REQUESTS["DynamoDB, a call"]?.(url)));
    await Promise.all(servers.map(({ closed }) => closed));
  });

  it("is not made at all where the invocation is over", async () => {
    const { url } = await silentServer("refuses connections");
    begin(100);
    await expect(REQUESTS["SQS, a message"]?.(url)).rejects.toThrow("the service did not answer in time");
  });
});

describe.each(SILENCES)("a carrier that %s", (silence) => {
  // Longer than the invocation, which is what the local stage has, too.
  const reach = async () =>
    carrier({ ...SETTINGS.carrier, host: (await silentServer(silence)).url, timeoutSeconds: 30 });
  const call = {
    to: "447700900001",
    from: "447700900999",
    ncco: [],
    eventUrl: "https://hooks.example/status",
    lengthSeconds: 60,
  };
  const within = async <Answer>(limitMs: number, ask: () => Promise<Answer>) => {
    begin(limitMs);
    return await unlessOver(limitMs, ask());
  };

  it("looks up no call and hangs up none within the invocation", async () => {
    const { findCall, hangUp } = await reach();
    expect(await within(LIMIT_MS, () => findCall(TID, "the.jwt"))).toBeUndefined();
    expect(await within(LIMIT_MS, () => hangUp(TID, "the.jwt"))).toBe(false);
  });

  it("leaves it unknown within the invocation whether it has dialed, but where it was never asked", async () => {
    const { placeCall } = await reach();
    const kind = silence === "refuses connections" ? "try_again" : "unknown";
    expect(await within(2_600, () => placeCall(call, "the.jwt"))).toMatchObject({ kind });
  });

  it("is not asked to dial when too little of the invocation is left", async () => {
    const { placeCall } = await reach();
    const why = "the invocation is nearly over";
    expect(await within(1_000, () => placeCall(call, "the.jwt"))).toEqual({ kind: "try_again", why });
  });
});

describe.each(SILENCES)("a customer's server or collector that %s", (silence) => {
  it("fails the delivery of a result in the time that it was given", async () => {
    const { url } = await silentServer(silence);
    const { send } = callbackSender({ timeoutSeconds: 0.1, privateNetworks: true });
    const request = { url, method: "POST", headers: {}, body: "tid=1" } as const;
    const answers = {
      "says nothing": { failure: "timeout" },
      // The status is all that is asked of it.
      "says nothing after its headers": { httpStatus: 200 },
      "refuses connections": { failure: "ECONNREFUSED" },
    };
    expect(await send(request, { burst: false })).toMatchObject(answers[silence]);
  });

  it("gets no spans, and delays no invocation", async () => {
    const { url } = await silentServer(silence);
    const { send } = collector({ endpoint: url, service: "dialer", stage: "test", clock });
    const unit = { event: "dial.placed", tid: TID, fields: {}, startMs: 0, endMs: 1, isFailure: false };
    expect(await unlessOver(LIMIT_MS, send([unit]))).toBeUndefined();
  });
});
