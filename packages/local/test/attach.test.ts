import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient, ListRulesCommand, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { CreateQueueCommand, ListQueuesCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Local, startLocal } from "../src/local.ts";
import { appWith, CLIENT, sqsClient } from "./support/fixture.ts";
import { Logs } from "./support/logs.ts";
import { createTable } from "./support/table.ts";

/** An app with a bus, and another that hears of what is on it. */
const HOST = `
  const bus = new sst.aws.Bus("Bus");
  bus.subscribeQueue("Own", new sst.aws.Queue("Kept"), { pattern: { source: ["news"] } });
  return { bus: bus.name };
`;
const GUEST = `
  const inbox = new sst.aws.Queue("Inbox");
  const bus = sst.aws.Bus.get("Theirs", $output(process.env.BUS));
  const { nodes } = bus.subscribeQueue("News", inbox, { pattern: { source: ["news"] } });
  new sst.aws.Dynamo("Notes", { fields: { id: "string" }, primaryIndex: { hashKey: "id" } });
  inbox.subscribe("handler.print");
  return { rule: nodes.rule.arn, bus: bus.arn };
`;
const PRINT = `export async function print({ Records }) { for (const { body } of Records) console.log(JSON.parse(body).detail.text); }`;

describe("an app that is attached to the run of another", () => {
  let host: Local;
  let guest: Awaited<ReturnType<typeof appWith>>;

  beforeAll(async () => {
    await using app = await appWith(HOST);
    host = await startLocal({ root: app.root });
    guest = await appWith(GUEST, { name: "guest", handler: PRINT });
  });
  afterAll(async () => {
    await host.stop();
    await guest[Symbol.asyncDispose]();
  });

  const attach = (options: { logs?: Logs; bus?: unknown } = {}) =>
    startLocal({
      root: guest.root,
      attachTo: host.endpoints,
      variables: { BUS: String(options.bus ?? host.outputs.bus) },
      ...(options.logs && { onLog: options.logs.add }),
    });

  /** What there is on the bus, in the queues and tables, by whomever. */
  async function everything() {
    const bus = new EventBridgeClient({ ...CLIENT, endpoint: host.endpoints.eventBridge });
    const dynamo = new DynamoDBClient({ ...CLIENT, endpoint: host.endpoints.dynamoDb });
    const { Rules } = await bus.send(new ListRulesCommand({ EventBusName: String(host.outputs.bus) }));
    const { QueueUrls } = await sqsClient(host).send(new ListQueuesCommand());
    const { TableNames } = await dynamo.send(new ListTablesCommand());
    return {
      rules: Rules?.map(({ Name }) => Name).sort(),
      queues: QueueUrls?.map((url) => url.split("/").at(-1)).sort(),
      tables: TableNames,
    };
  }

  async function tell(text: string) {
    const bus = new EventBridgeClient({ ...CLIENT, endpoint: host.endpoints.eventBridge });
    const entry = { EventBusName: String(host.outputs.bus), Source: "news", DetailType: "published" };
    await bus.send(new PutEventsCommand({ Entries: [{ ...entry, Detail: JSON.stringify({ text }) }] }));
  }

  it("hears what is put on the other's bus, in a queue and a function of its own", async () => {
    const logs = new Logs();
    const attached = await attach({ logs });
    await tell("hello");
    expect(await logs.until(({ line }) => line === "hello")).toMatchObject({ functionName: "InboxSubscriberFunction" });
    expect(attached.endpoints).toEqual(host.endpoints);
    expect(attached.outputs).toEqual({
      rule: "arn:aws:events:us-east-1:000000000000:rule/a-local-Bus/guest-local-TheirsSubscriberNewsRule",
      bus: "arn:aws:events:us-east-1:000000000000:event-bus/a-local-Bus",
    });
    expect(attached.graph).toMatchObject({ buses: ["Theirs"], rules: [{ bus: "Theirs" }] });
    await attached.stop();
  });

  it("takes away what it has brought, and nothing else", async () => {
    const before = await everything();
    const attached = await attach();
    expect(await everything()).toEqual({
      rules: ["a-local-BusSubscriberOwnRule", "guest-local-TheirsSubscriberNewsRule"],
      queues: ["a-local-Kept", "guest-local-Inbox"],
      tables: ["guest-local-Notes"],
    });
    await attached.stop();
    expect(await everything()).toEqual(before);
    expect(before).toEqual({ rules: ["a-local-BusSubscriberOwnRule"], queues: ["a-local-Kept"], tables: [] });
  });

  it("goes on with what one that was killed has left in its queue, and with its table", async () => {
    const sqs = new SQSClient({ ...CLIENT, endpoint: host.endpoints.sqs, region: "us-east-1" });
    const { QueueUrl } = await sqs.send(
      new CreateQueueCommand({ QueueName: "guest-local-Inbox", Attributes: { MaximumMessageSize: "262144" } }),
    );
    const left = JSON.stringify({ detail: { text: "left" } });
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: left }));
    const dynamo = new DynamoDBClient({ ...CLIENT, endpoint: host.endpoints.dynamoDb });
    await createTable({ client: dynamo, TableName: "guest-local-Notes" });
    const logs = new Logs();
    const attached = await attach({ logs });
    await logs.until(({ line }) => line === "left");
    await attached.stop();
    expect(await everything()).toMatchObject({ queues: ["a-local-Kept"], tables: [] });
  });

  it("is refused, by name, where there is no such bus, and leaves nothing", async () => {
    await expect(attach({ bus: "nowhere" })).rejects.toThrow("Event bus nowhere does not exist.");
    expect(await everything()).toMatchObject({ queues: ["a-local-Kept"], tables: [] });
  });

  it("is refused where it brings a bus of its own", async () => {
    await using app = await appWith(`new sst.aws.Bus("Mine");`);
    await expect(startLocal({ root: app.root, attachTo: host.endpoints })).rejects.toThrow('sst.aws.Bus "Mine"');
  });

  it("stops also when the other one has stopped before it", async () => {
    await using app = await appWith(HOST);
    const other = await startLocal({ root: app.root });
    const attached = await startLocal({
      root: guest.root,
      attachTo: other.endpoints,
      variables: { BUS: String(other.outputs.bus) },
    });
    await other.stop();
    await attached.stop();
  });
});
