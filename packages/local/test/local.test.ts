import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient, PutEventsCommand, PutRuleCommand, PutTargetsCommand } from "@aws-sdk/client-eventbridge";
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
} from "@aws-sdk/client-sqs";
import { DynamoDBDocumentClient, QueryCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Local, startLocal } from "../src/local.ts";
import { CLIENT, FIXTURE, sqsClient } from "./support/fixture.ts";
import { Logs } from "./support/logs.ts";

describe("the stacks of an app, on one machine", () => {
  const logs = new Logs();
  let local: Local;

  beforeAll(async () => {
    local = await startLocal({
      root: FIXTURE,
      variables: { STAMP: "penny" },
      secrets: { Seal: "wax" },
      onLog: logs.add,
    });
  }, 20_000);
  afterAll(() => local.stop());

  it("take a request through queue, function, bus, queue and function into the table", async () => {
    const accepted = await fetch(`${local.outputs.api}/letters/7`, { method: "POST", body: "dear" });
    expect([accepted.status, await accepted.json()]).toEqual([202, { id: "7" }]);

    await logs.until(({ line }) => line === "filed 7");

    const read = await fetch(`${local.outputs.api}/letters/7`);
    expect(await read.json()).toEqual({ id: "7", text: "dear", stamp: "penny", sealed: 3 });
  });

  it("have tables that a real client can query by an index", async () => {
    const table = DynamoDBDocumentClient.from(new DynamoDBClient({ ...CLIENT, endpoint: local.endpoints.dynamoDb }));
    const { Items } = await table.send(
      new QueryCommand({
        TableName: String(local.resource("Letters").name),
        IndexName: "byBatch",
        KeyConditionExpression: "#batch = :batch",
        ExpressionAttributeNames: { "#batch": "batch" },
        ExpressionAttributeValues: { ":batch": "b" },
      }),
    );
    expect(Items).toEqual([]);
  });

  it("have queues with the settings they ask for", async () => {
    const { Attributes } = await sqsClient(local).send(
      new GetQueueAttributesCommand({ QueueUrl: queue("Outbox"), AttributeNames: ["All"] }),
    );
    expect(Attributes).toMatchObject({
      VisibilityTimeout: "30",
      MessageRetentionPeriod: "60",
      DelaySeconds: "0",
      RedrivePolicy: JSON.stringify({
        deadLetterTargetArn: "arn:aws:sqs:eu-west-1:000000000000:fixture-local-DeadLetters",
        maxReceiveCount: 3,
      }),
    });
  });

  it("redeliver only the messages a function names, and park them after their last receive", async () => {
    const client = sqsClient(local);
    await client.send(
      new SendMessageBatchCommand({
        QueueUrl: queue("Fragile"),
        Entries: [
          {
            Id: "1",
            MessageBody: "bad",
            MessageAttributes: { Kind: { DataType: "String", StringValue: "test" } },
          },
          { Id: "2", MessageBody: "good" },
        ],
      }),
    );

    const { Messages } = await client.send(
      new ReceiveMessageCommand({ QueueUrl: queue("Refused"), WaitTimeSeconds: 10, MessageAttributeNames: ["All"] }),
    );

    expect(Messages?.map(({ Body }) => Body)).toEqual(["bad"]);
    const records = logs.lines
      .filter(({ functionName }) => functionName === "FragileSubscriberFunction")
      .map(({ line }) => JSON.parse(line) as { body: string; attributes: { ApproximateReceiveCount: string } });
    expect(records.map(({ body, attributes }) => `${body} ${attributes.ApproximateReceiveCount}`)).toEqual(
      expect.arrayContaining(["bad 1", "good 1", "bad 2"]),
    );
    expect(records).toHaveLength(3);
    expect(records.find(({ body }) => body === "bad")).toEqual({
      messageId: expect.any(String),
      receiptHandle: expect.any(String),
      body: "bad",
      attributes: {
        ApproximateReceiveCount: "1",
        SenderId: expect.any(String),
        SentTimestamp: expect.any(String),
        ApproximateFirstReceiveTimestamp: expect.any(String),
      },
      messageAttributes: {
        Kind: { stringValue: "test", stringListValues: [], binaryListValues: [], dataType: "String" },
      },
      md5OfMessageAttributes: expect.any(String),
      md5OfBody: expect.any(String),
      eventSource: "aws:sqs",
      eventSourceARN: "arn:aws:sqs:eu-west-1:000000000000:fixture-local-Fragile",
      awsRegion: "eu-west-1",
    });
  });

  it("let others subscribe to their bus while they run", async () => {
    const sqs = sqsClient(local);
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "listener" }));
    const bus = new EventBridgeClient({ ...CLIENT, endpoint: local.endpoints.eventBridge });
    const EventBusName = String(local.resource("Bus").arn);
    const EventPattern = JSON.stringify({ detail: { mood: [{ prefix: "g" }] } });
    await bus.send(new PutRuleCommand({ Name: "listener", EventBusName, EventPattern }));
    const Targets = [{ Id: "1", Arn: "arn:aws:sqs:eu-west-1:000000000000:listener" }];
    await bus.send(new PutTargetsCommand({ Rule: "listener", EventBusName, Targets }));

    const entry = { EventBusName, Source: "test", DetailType: "said", Detail: '{"mood":"good"}', Time: new Date(0) };
    const { Entries } = await bus.send(new PutEventsCommand({ Entries: [entry] }));

    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5 }));
    expect(JSON.parse(Messages?.[0]?.Body ?? "")).toEqual({
      version: "0",
      id: Entries?.[0]?.EventId,
      "detail-type": "said",
      source: "test",
      account: "000000000000",
      time: "1970-01-01T00:00:00Z",
      region: "eu-west-1",
      resources: [],
      detail: { mood: "good" },
    });
  });

  it("are listed in full and in order by the graph", () => {
    expect(local.graph).toMatchSnapshot();
  });

  it("resolve what run() returns, and links by name", () => {
    expect(local.outputs).toEqual({
      api: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      health: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/health$/),
    });
    expect(local.resource("Inbox")).toEqual({
      type: "sst.aws.Queue",
      url: `${local.endpoints.sqs}/000000000000/fixture-local-Inbox`,
    });
    expect(() => local.resource("Nothing")).toThrow('"Nothing"');
  });

  const queue = (name: string) => String(local.resource(name).url);
});
