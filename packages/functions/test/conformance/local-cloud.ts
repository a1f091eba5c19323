import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import {
  DeleteMessageBatchCommand,
  type DeleteMessageBatchRequestEntry,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { Bus } from "@promptcall/local/bus/bus";
import { putRules } from "@promptcall/local/bus/subscriptions";
import { Clients } from "@promptcall/local/clients";
import { createQueues, queueUrl as queueUrlOf, startSqs } from "@promptcall/local/sqs/sqs";
import { createTables, startDynamo } from "@promptcall/local/table/dynamo";
import { afterAll } from "vitest";
import { documents, type TableOptions } from "../../src/dynamodb/table.ts";
import { clock } from "../../src/runtime/system-clock.ts";

const REGION = "eu-west-1";
const NOWHERE = "http://127.0.0.1:9";

/** What runs ends with the test file that started it, the last first. */
const running: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const stop of running.splice(0).reverse()) await stop();
});

/** The table, as the stacks declare it, on a DynamoDB of its own. */
export async function startTable(options: Parameters<typeof startDynamo>[0] = {}): Promise<TableOptions> {
  const dynamo = await startDynamo(options);
  const clients = new Clients({
    endpoints: { dynamoDb: dynamo.endpoint, sqs: NOWHERE, eventBridge: NOWHERE },
    region: REGION,
  });
  running.push(async () => {
    clients.destroy();
    await dynamo.stop();
  });
  const settings = Promise.resolve({
    fields: { pk: "string", sk: "string", list: "string", at: "string" } as const,
    primaryIndex: { hashKey: "pk", rangeKey: "sk" },
    globalIndexes: [{ name: "by_application", hashKey: "list", rangeKey: "at", projection: "keys-only" } as const],
    warmThroughput: undefined,
    ttl: "expires_at",
  });
  const client = clients.dynamoDb;
  await createTables({ tables: [{ name: "Calls", physicalName: "calls", settings }], client });
  return { client: documents(client), tableName: "calls", retentionDays: 30, clock };
}

export interface LocalQueues {
  readonly client: SQSClient;
  readonly endpoint: string;
  create(name: string): Promise<{ readonly url: string; readonly arn: string }>;
}

export async function startQueues(): Promise<LocalQueues> {
  const sqs = await startSqs();
  const clients = new Clients({
    endpoints: { sqs: sqs.endpoint, dynamoDb: NOWHERE, eventBridge: NOWHERE },
    region: REGION,
  });
  running.push(async () => {
    clients.destroy();
    await sqs.stop();
  });
  const client = clients.sqs;
  return {
    client,
    endpoint: sqs.endpoint,
    async create(name) {
      const arn = `arn:aws:sqs:${REGION}:000000000000:${name}`;
      const settings = Promise.resolve({
        visibilityTimeoutSeconds: 60,
        messageRetentionSeconds: 3600,
        delaySeconds: 0,
        maximumMessageBytes: 262_144,
        redrive: undefined,
      });
      await createQueues({ queues: [{ name, physicalName: name, arn, settings }], client });
      return { url: queueUrlOf({ endpoint: sqs.endpoint, arn }), arn };
    },
  };
}

export interface Arrival {
  readonly body: string;
  readonly atMs: number;
}

/** Waits for so many messages, and takes whatever else is there by then: more than asked for is for a test to see. */
export async function arrivalsAt({
  client,
  url,
  count,
}: {
  client: SQSClient;
  url: string;
  count: number;
}): Promise<readonly Arrival[]> {
  const arrivals: Arrival[] = [];
  for (;;) {
    const WaitTimeSeconds = arrivals.length < count ? 10 : 0;
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10, WaitTimeSeconds }),
    );
    if (Messages.length === 0) return arrivals;
    arrivals.push(...Messages.map(({ Body = "" }) => ({ body: Body, atMs: Date.now() })));
    const Entries = Messages.map(
      ({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }) satisfies DeleteMessageBatchRequestEntry,
    );
    await client.send(new DeleteMessageBatchCommand({ QueueUrl: url, Entries }));
  }
}

/** A bus with rules that each lead to one queue. */
export async function startBus({
  queues,
  rules,
}: {
  queues: LocalQueues;
  rules: readonly { readonly name: string; readonly pattern: Record<string, unknown>; readonly arn: string }[];
}): Promise<{ readonly client: EventBridgeClient; readonly busName: string }> {
  const bus = await Bus.start();
  const lost: string[] = [];
  bus.open({
    region: REGION,
    buses: ["calls"],
    client: queues.client,
    sqsEndpoint: queues.endpoint,
    onLost: (message) => lost.push(message),
  });
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const client = new EventBridgeClient({ region: REGION, endpoint: bus.endpoint, credentials });
  await putRules({
    client,
    rules: rules.map(({ name, pattern, arn }) => ({
      name,
      physicalName: name,
      bus: "Bus",
      settings: Promise.resolve({
        busName: "calls",
        enabled: true,
        pattern,
        target: { arn, deadLetterArn: undefined, retryPolicy: undefined },
      }),
    })),
  });
  running.push(async () => {
    client.destroy();
    await bus.stop();
    if (lost.length > 0) throw new Error(lost.join("\n"));
  });
  return { client, busName: "calls" };
}
