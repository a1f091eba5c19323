import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DynamoDBClient,
  PutItemCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import type { SQSEvent } from "aws-lambda";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Bus } from "../src/bus/bus.ts";
import { LIMITS } from "../src/limits.ts";
import { EventSourceMapping } from "../src/sqs/event-source-mapping.ts";
import { type Sqs, startSqs } from "../src/sqs/sqs.ts";
import { type Dynamo, startDynamo } from "../src/table/dynamo.ts";
import { CLIENT } from "./support/fixture.ts";
import { createTable } from "./support/table.ts";

const numbered = <Item>(count: number, item: (index: number) => Item) =>
  Array.from({ length: count }, (_, index) => item(index));

describe("a queue", () => {
  let sqs: Sqs;
  let client: SQSClient;
  let QueueUrl: string;

  beforeAll(async () => {
    sqs = await startSqs();
    client = new SQSClient({ ...CLIENT, endpoint: sqs.endpoint });
    ({ QueueUrl = "" } = await client.send(new CreateQueueCommand({ QueueName: "limited" })));
  });
  afterAll(() => sqs.stop());

  const attributes = { kind: { DataType: "String", StringValue: "letter" } };
  const ATTRIBUTE_BYTES = "kindStringletter".length;

  it("takes a message of a mebibyte, its attributes counted, and not one byte more", async () => {
    const send = (bytes: number) =>
      client.send(
        new SendMessageCommand({
          QueueUrl,
          MessageBody: "a".repeat(bytes - ATTRIBUTE_BYTES),
          MessageAttributes: attributes,
        }),
      );
    await send(LIMITS.sqs.messageBytes);
    await expect(send(LIMITS.sqs.messageBytes + 1)).rejects.toMatchObject({
      name: expect.stringMatching(/InvalidParameterValue$/),
      message: "One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes.",
      $metadata: { httpStatusCode: 400 },
    });
  });

  it("takes ten messages of a mebibyte together, and neither one more nor one byte more", async () => {
    const send = ({ count, bytes }: { count: number; bytes: number }) => {
      const rest = bytes - (count - 1) * 1_000;
      const Entries = numbered(count, (index) => ({
        Id: String(index),
        MessageBody: "a".repeat(index === 0 ? rest : 1_000),
      }));
      return client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    };
    const most = { count: LIMITS.sqs.batchEntries, bytes: LIMITS.sqs.batchBytes };
    expect((await send(most)).Successful).toHaveLength(10);
    await expect(send({ ...most, bytes: most.bytes + 1 })).rejects.toMatchObject({
      name: "BatchRequestTooLong",
      $metadata: { httpStatusCode: 400 },
    });
    await expect(send({ count: most.count + 1, bytes: 20_000 })).rejects.toMatchObject({
      name: "TooManyEntriesInBatchRequest",
      $metadata: { httpStatusCode: 400 },
    });
  });

  it("hands over ten messages at once, and is not asked for more", async () => {
    const MaxNumberOfMessages = LIMITS.sqs.batchEntries + 1;
    await expect(client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages }))).rejects.toMatchObject({
      name: expect.stringMatching(/InvalidParameterValue$/),
    });
  });

  it("has its messages of a mebibyte handed to a function in as many invocations as they need", async () => {
    const { QueueUrl = "" } = await client.send(new CreateQueueCommand({ QueueName: "heavy" }));
    const bodies = numbered(10, (index) => String(index).repeat(1_000_000));
    for (const MessageBody of bodies) await client.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    const seen: string[] = [];
    const sizes: number[] = [];
    const all = Promise.withResolvers<void>();
    const mapping = new EventSourceMapping({
      client,
      queue: { arn: "arn:aws:sqs:eu-west-1:000000000000:heavy", url: QueueUrl, region: "eu-west-1" },
      settings: { batchSize: 10, batchingWindowSeconds: 0, maximumConcurrency: 2, partialResponses: true },
      pool: {
        limit: 2,
        invoke: (event) => {
          sizes.push(Buffer.byteLength(JSON.stringify(event)));
          seen.push(...(event as SQSEvent).Records.map(({ body }) => body));
          if (seen.length === bodies.length) all.resolve();
          return Promise.resolve(undefined);
        },
      },
      onError: (message) => all.reject(new Error(message)),
    });
    await all.promise;
    await mapping.stop();
    expect(seen.toSorted()).toEqual(bodies);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(LIMITS.lambda.requestBytes);
  });
});

describe("a bus", () => {
  let sqs: Sqs;
  let bus: Bus;
  let client: EventBridgeClient;

  beforeAll(async () => {
    [sqs, bus] = await Promise.all([startSqs(), Bus.start()]);
    client = new EventBridgeClient({ ...CLIENT, endpoint: bus.endpoint });
    const queues = new SQSClient({ ...CLIENT, endpoint: sqs.endpoint });
    bus.open({ region: "eu-west-1", buses: ["main"], client: queues, sqsEndpoint: sqs.endpoint, onLost: () => {} });
  });
  afterAll(() => Promise.all([bus.stop(), sqs.stop()]));

  const DETAIL_OF_NOTHING = '{"text":""}';
  const TIME_BYTES = 14;
  const entry = (bytes: number) => {
    const rest = bytes - "testsaid".length - TIME_BYTES - DETAIL_OF_NOTHING.length;
    const Detail = JSON.stringify({ text: "a".repeat(rest) });
    return { EventBusName: "main", Source: "test", DetailType: "said", Time: new Date(0), Detail };
  };
  const put = (sizes: number[]) => client.send(new PutEventsCommand({ Entries: sizes.map(entry) }));

  it("takes a mebibyte at once, in one entry or in ten, and not one byte more", async () => {
    const most = LIMITS.eventBridge.requestBytes;
    const tenth = numbered(10, (index) => (index === 0 ? most - 9 * 100_000 : 100_000));
    expect((await put([most])).FailedEntryCount).toBe(0);
    expect((await put(tenth)).FailedEntryCount).toBe(0);
    const tooMuch = { name: "ValidationException", $metadata: { httpStatusCode: 400 } };
    await expect(put([most + 1])).rejects.toMatchObject(tooMuch);
    await expect(put(tenth.with(1, 100_001))).rejects.toMatchObject(tooMuch);
  });

  it("takes ten entries at once, and not eleven", async () => {
    const sizes = numbered(LIMITS.eventBridge.entries, () => 100);
    expect((await put(sizes)).Entries).toHaveLength(10);
    await expect(put([...sizes, 100])).rejects.toMatchObject({
      name: "ValidationException",
      message: expect.stringContaining("Member must have length less than or equal to 10"),
    });
  });
});

describe("a table", () => {
  let dynamo: Dynamo;
  let client: DynamoDBClient;

  beforeAll(async () => {
    dynamo = await startDynamo();
    client = new DynamoDBClient({ ...CLIENT, endpoint: dynamo.endpoint });
    await createTable({ client, TableName: "limited" });
  });
  afterAll(async () => {
    client.destroy();
    await dynamo.stop();
  });

  const item = (bytes: number) => ({ pk: { S: "a" }, text: { S: "t".repeat(bytes - "pkatext".length) } });
  const writes = (count: number) =>
    client.send(
      new BatchWriteItemCommand({
        RequestItems: { limited: numbered(count, (index) => ({ PutRequest: { Item: { pk: { S: `b${index}` } } } })) },
      }),
    );
  const reads = (count: number) =>
    client.send(
      new BatchGetItemCommand({
        RequestItems: { limited: { Keys: numbered(count, (index) => ({ pk: { S: `b${index}` } })) } },
      }),
    );
  const refused = (message: string) => ({ name: "ValidationException", message, $metadata: { httpStatusCode: 400 } });

  it("takes an item of 400 KB, put alone or with others, and not one byte more", async () => {
    const put = (bytes: number) => client.send(new PutItemCommand({ TableName: "limited", Item: item(bytes) }));
    const putWithOthers = (bytes: number) =>
      client.send(new BatchWriteItemCommand({ RequestItems: { limited: [{ PutRequest: { Item: item(bytes) } }] } }));
    const tooLarge = refused("Item size has exceeded the maximum allowed size");
    await put(LIMITS.dynamoDb.itemBytes);
    await putWithOthers(LIMITS.dynamoDb.itemBytes);
    await expect(put(LIMITS.dynamoDb.itemBytes + 1)).rejects.toMatchObject(tooLarge);
    await expect(putWithOthers(LIMITS.dynamoDb.itemBytes + 1)).rejects.toMatchObject(tooLarge);
  });

  it("lets an item grow to 400 KB, and not to one byte more", async () => {
    const grow = (bytes: number) =>
      client.send(
        new UpdateItemCommand({
          TableName: "limited",
          Key: { pk: { S: "a" } },
          UpdateExpression: "SET #text = :text",
          ExpressionAttributeNames: { "#text": "text" },
          ExpressionAttributeValues: { ":text": item(bytes).text },
        }),
      );
    await grow(LIMITS.dynamoDb.itemBytes);
    await expect(grow(LIMITS.dynamoDb.itemBytes + 1)).rejects.toMatchObject(
      refused("Item size to update has exceeded the maximum allowed size"),
    );
  });

  it("takes 25 items at once, and not 26", async () => {
    expect((await writes(LIMITS.dynamoDb.batchWriteItems)).UnprocessedItems).toEqual({});
    await expect(writes(LIMITS.dynamoDb.batchWriteItems + 1)).rejects.toMatchObject({
      name: "ValidationException",
      message: expect.stringContaining("length less than or equal to 25"),
    });
  });

  it("is asked for 100 items at once, and not for 101", async () => {
    expect((await reads(LIMITS.dynamoDb.batchGetKeys)).Responses?.limited).toHaveLength(25);
    await expect(reads(LIMITS.dynamoDb.batchGetKeys + 1)).rejects.toMatchObject({
      name: "ValidationException",
      message: expect.stringMatching(/Too many items requested|less than or equal to 100/),
    });
  });
});
