import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  ThrottlingException,
} from "@aws-sdk/client-dynamodb";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startLocal } from "../src/local.ts";
import { Units } from "../src/program/table-throughput.ts";
import { type Dynamo, startDynamo } from "../src/table/dynamo.ts";
import { appWith, CLIENT } from "./support/fixture.ts";
import { createTable } from "./support/table.ts";

const item = (pk: string, kilobytes = 0.1) => ({
  pk: { S: pk },
  text: { S: "t".repeat(Math.floor(kilobytes * 1_024) - "pktext".length - pk.length) },
});

describe("the units of a second", () => {
  it("come back as time passes, and are never more than those of one second", () => {
    let nowMs = 0;
    const units = new Units({ perSecond: 4_000, nowMs: () => nowMs });
    units.take(10_000);
    expect(units.left).toBe(-6_000);
    nowMs = 1_500;
    expect(units.left).toBe(0);
    nowMs = 1_501;
    expect(units.left).toBe(4);
    nowMs = 60_000;
    expect(units.left).toBe(4_000);
  });
});

describe("a table that does ten units in a second", () => {
  let nowMs: number;
  let dynamo: Dynamo;
  let client: DynamoDBClient;

  beforeEach(async () => {
    nowMs = 0;
    dynamo = await startDynamo({
      throughput: { readUnitsPerSecond: 10, writeUnitsPerSecond: 10 },
      nowMs: () => nowMs,
    });
    client = new DynamoDBClient({ ...CLIENT, endpoint: dynamo.endpoint, maxAttempts: 1 });
    await createTable({ client, TableName: "small" });
  });
  afterEach(async () => {
    client.destroy();
    await dynamo.stop();
  });

  const put = (pk: string, { kilobytes = 0.1, table = "small", isNew = false } = {}) =>
    client.send(
      new PutItemCommand({
        TableName: table,
        Item: item(pk, kilobytes),
        ...(isNew && { ConditionExpression: "attribute_not_exists(pk)" }),
      }),
    );
  const get = (pk: string, { ConsistentRead = true } = {}) =>
    client.send(new GetItemCommand({ TableName: "small", Key: { pk: { S: pk } }, ConsistentRead }));
  const putMany = (pks: string[]) =>
    client.send(
      new BatchWriteItemCommand({ RequestItems: { small: pks.map((pk) => ({ PutRequest: { Item: item(pk) } })) } }),
    );
  const named = (count: number, letter = "a") => Array.from({ length: count }, (_, index) => `${letter}${index}`);

  it("refuses what comes then, as AWS does where it is billed by request, and takes it when time has passed", async () => {
    await put("large", { kilobytes: 9.5 });
    const refused = put("one more");
    await expect(refused).rejects.toThrow(ThrottlingException);
    await expect(refused).rejects.toMatchObject({
      message: expect.stringMatching(/^Throughput exceeds the current capacity of your table or index\./),
      $metadata: { httpStatusCode: 400 },
    });
    nowMs = 100;
    await put("one more");
  });

  it("counts a write that its condition forbids", async () => {
    await put("there");
    for (let again = 0; again < 9; again += 1)
      await expect(put("there", { isNew: true })).rejects.toThrow(ConditionalCheckFailedException);
    await expect(put("there", { isNew: true })).rejects.toThrow(ThrottlingException);
  });

  it("counts reads by themselves, half for those that are not consistent", async () => {
    await put("read");
    for (let times = 0; times < 18; times += 1) await get("read", { ConsistentRead: false });
    await get("read");
    await expect(get("read")).rejects.toThrow(ThrottlingException);
    await put("written");
  });

  it("gives back the items of a batch that it has no units for, and refuses it when it has for none", async () => {
    const { UnprocessedItems, ConsumedCapacity } = await putMany(named(12));
    expect(UnprocessedItems?.small?.map(({ PutRequest }) => PutRequest?.Item?.pk?.S)).toEqual(["a10", "a11"]);
    expect(ConsumedCapacity).toBeUndefined();
    await expect(putMany(["a10", "a11"])).rejects.toThrow(ThrottlingException);
    nowMs = 200;
    expect((await putMany(["a10", "a11"])).UnprocessedItems).toEqual({});
  });

  it("gives back the keys that it has no units for, and refuses them when it has for none", async () => {
    await putMany(named(10));
    const read = (pks: string[]) =>
      client.send(
        new BatchGetItemCommand({
          RequestItems: { small: { Keys: pks.map((pk) => ({ pk: { S: pk } })), ConsistentRead: true } },
        }),
      );
    const { Responses, UnprocessedKeys } = await read(named(25));
    expect(Responses?.small).toHaveLength(10);
    expect(UnprocessedKeys).toEqual({
      small: {
        ConsistentRead: true,
        Keys: named(25)
          .slice(20)
          .map((pk) => ({ pk: { S: pk } })),
      },
    });
    await expect(read(["a1"])).rejects.toThrow(ThrottlingException);
  });

  it("does more where it is declared warm", async () => {
    const WarmThroughput = { ReadUnitsPerSecond: 10, WriteUnitsPerSecond: 11 };
    await createTable({ client, TableName: "warm", WarmThroughput });
    for (const pk of named(11)) await put(pk, { table: "warm" });
    await expect(put("one more", { table: "warm" })).rejects.toThrow(ThrottlingException);
  });
});

describe("a table of the stacks", () => {
  const STACKS = (transform: string) =>
    `const t = new sst.aws.Dynamo("T", { fields: { pk: "string" }, primaryIndex: { hashKey: "pk" }, ${transform} }); return { name: t.name };`;

  it("is made as warm as they declare, and no less than a new one is", async () => {
    await using app = await appWith(STACKS(`transform: { table: { warmThroughput: { writeUnitsPerSecond: 8_000 } } }`));
    const local = await startLocal({ root: app.root });
    expect(local.graph.tables[0]?.warmThroughput).toEqual({ readUnitsPerSecond: 12_000, writeUnitsPerSecond: 8_000 });
    await local.stop();
    await using cold = await appWith(
      STACKS(`transform: { table: { warmThroughput: { writeUnitsPerSecond: 3_999 } } }`),
    );
    await expect(startLocal({ root: cold.root })).rejects.toThrow(
      "warmThroughput.writeUnitsPerSecond must be 4000 or more",
    );
  });
});

describe("a table that nothing is said about", () => {
  it("does 4,000 writes in a second, and 12,000 reads", async () => {
    const dynamo = await startDynamo({ nowMs: () => 0 });
    const client = new DynamoDBClient({ ...CLIENT, endpoint: dynamo.endpoint, maxAttempts: 1 });
    await createTable({ client, TableName: "new" });
    const put = () => client.send(new PutItemCommand({ TableName: "new", Item: item("large", 400) }));
    const Keys = Array.from({ length: 100 }, (_, index) => ({ pk: { S: `missing${index}` } }));
    const get = () => client.send(new BatchGetItemCommand({ RequestItems: { new: { Keys, ConsistentRead: true } } }));
    for (let written = 0; written < 4_000; written += 400) await put();
    await expect(put()).rejects.toThrow(ThrottlingException);
    for (let read = 0; read < 12_000; read += 100) await get();
    await expect(get()).rejects.toThrow(ThrottlingException);
    client.destroy();
    await dynamo.stop();
  });
});
