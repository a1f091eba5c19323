import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient, ListRulesCommand } from "@aws-sdk/client-eventbridge";
import { ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { CallCompleted } from "@promptcall/core/contracts/completed-event";
import { bus as busOn } from "@promptcall/functions/eventbridge/bus";
import { type Local, startLocal } from "@promptcall/local/local";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dayOf, resultStore } from "../../examples/subscriber/src/results.ts";
import { Inbox } from "../../tools/demo/inbox.ts";
import { subscribe } from "../../tools/demo/subscriber.ts";
import { type Harness, startHarness } from "./harness.ts";

let harness: Harness;
let subscriber: Local;
let unsubscribe: () => Promise<void>;
/** What it has logged, by message and tid. */
const lines = new Inbox<Readonly<Record<string, unknown>>>();
/** What it should have counted, by tid. */
const completed = new Inbox<CallCompleted>();

beforeAll(async () => {
  harness = await startHarness();
  unsubscribe = await subscribe({
    local: harness.system.local,
    name: "witness",
    detailTypes: ["call.completed"],
    onEvent: (event) => event.type === "call.completed" && completed.put(event.metadata.tid, event),
  });
  subscriber = await startLocal({
    root: "examples/subscriber",
    attachTo: harness.system.local.endpoints,
    variables: { PROMPTCALL_BUS: String(harness.system.local.resource("Bus").name) },
    onLog: ({ line }) => {
      const { message, tid, ...others } = JSON.parse(line);
      lines.put(`${message} ${tid}`, { message, tid, ...others });
    },
  });
});
afterAll(async () => {
  await subscriber.stop();
  await unsubscribe();
  await harness.stop();
});

const options = (endpoint: string) => ({
  endpoint,
  region: "us-east-1",
  credentials: { accessKeyId: "local", secretAccessKey: "local" },
});

const tally = (event: CallCompleted) =>
  resultStore({
    client: new DynamoDBClient(options(subscriber.endpoints.dynamoDb)),
    tableName: String(subscriber.resource("Results").name),
  }).tally({ applicationId: event.metadata.application_id, day: dayOf(event) });

describe("another service", () => {
  it("counts each result once, however often it is delivered", async () => {
    const tids = await Promise.all(["00", "02", "05"].map((ending) => harness.post({ to: `4477009080${ending}` })));
    const [ok = "", , busy = ""] = tids;
    for (const tid of tids) await lines.first(`result.counted ${tid}`);
    const event = await completed.first(busy);
    const { application_id } = event.metadata;
    expect(await lines.first(`result.counted ${busy}`)).toMatchObject({
      application_id,
      status: "error",
      reason: "busy",
    });
    const counted = { ok: 1, failed: 1, error: 1 };
    expect(await tally(event)).toEqual(counted);

    const client = new EventBridgeClient(options(subscriber.endpoints.eventBridge));
    const busName = String(harness.system.local.resource("Bus").name);
    await busOn({ client, busName }).publish([event, await completed.first(ok), event]);
    for (const tid of [busy, ok]) await lines.first(`result.repeated ${tid}`);
    expect(await tally(event)).toEqual(counted);
  });

  it("leaves nothing behind on the bus, in the queues and in the tables when it stops", async () => {
    await subscriber.stop();
    const { sqs, dynamoDb, eventBridge } = harness.system.local.endpoints;
    const EventBusName = String(harness.system.local.resource("Bus").name);
    const { Rules } = await new EventBridgeClient(options(eventBridge)).send(new ListRulesCommand({ EventBusName }));
    const { QueueUrls } = await new SQSClient(options(sqs)).send(new ListQueuesCommand());
    const { TableNames } = await new DynamoDBClient(options(dynamoDb)).send(new ListTablesCommand());
    const all = [...(Rules ?? []).map(({ Name }) => Name), ...(QueueUrls ?? []), ...(TableNames ?? [])];
    expect(all).toContain("promptcall-local-Calls");
    expect(all.filter((name) => name?.includes("subscriber"))).toEqual([]);
  });
});
