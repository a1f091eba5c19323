import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { BatchGetCommand, DynamoDBDocumentClient, GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, expect, it } from "vitest";
import { callbackStore } from "../../src/dynamodb/callback-store.ts";
import { documents } from "../../src/dynamodb/table.ts";
import { fakeClock } from "../../testing/clock.ts";
import { idOf } from "../../testing/random.ts";
import { at, epoch, TID } from "../given.ts";

const dynamo = mockClient(DynamoDBDocumentClient);
beforeEach(() => void dynamo.reset());

const client = documents(new DynamoDBClient({ region: "eu-west-1" }));
const store = callbackStore({ client, tableName: "calls", retentionDays: 30, clock: fakeClock(at(0)) });
const Key = { pk: `call#${TID}`, sk: "callback" };
const attempt = { attempt: 1, at: at(0), answer: 503, durationMs: 12 };

it("the first delivery has nothing before it", async () => {
  dynamo.on(GetCommand).resolves({});
  expect(await store.read(TID)).toEqual({ attempts: [], state: "pending" });
  expect(dynamo.calls().map(({ args: [command] }) => command.input)).toEqual([
    { TableName: "calls", Key, ConsistentRead: true },
  ]);
});

it("the attempts come back as they were recorded", async () => {
  dynamo.on(GetCommand).resolves({ Item: { ...Key, attempts: [attempt], state: "parked" } });
  expect(await store.read(TID)).toEqual({ attempts: [attempt], state: "parked" });
});

it("of one call it is asked by itself whether a delivery was attempted, and of several at once", async () => {
  const [delivered, other] = [TID, idOf(1)];
  const item = { ...Key, attempts: [attempt], state: "pending" };
  dynamo.on(GetCommand).resolvesOnce({ Item: item }).resolvesOnce({});
  dynamo.on(BatchGetCommand).resolves({ Responses: { calls: [item] } });
  expect(await store.deliveryAttempted([delivered])).toEqual(new Set([delivered]));
  expect(await store.deliveryAttempted([other])).toEqual(new Set());
  expect(await store.deliveryAttempted([delivered, other])).toEqual(new Set([delivered]));
  const keyOf = (tid: string) => ({ ...Key, pk: `call#${tid}` });
  expect(dynamo.calls().map(({ args: [command] }) => command.input)).toEqual([
    { TableName: "calls", Key: keyOf(delivered), ConsistentRead: false },
    { TableName: "calls", Key: keyOf(other), ConsistentRead: false },
    { RequestItems: { calls: { Keys: [delivered, other].map(keyOf), ConsistentRead: false } } },
  ]);
});

it("an attempt is appended to those on record, whether there are any or not", async () => {
  dynamo.on(UpdateCommand).resolves({});
  await store.add(TID, attempt, "pending");
  expect(dynamo.calls().map(({ args: [command] }) => command.input)).toEqual([
    {
      TableName: "calls",
      Key,
      ReturnValues: "ALL_NEW",
      UpdateExpression:
        "SET attempts = list_append(if_not_exists(attempts, :none), :attempt), #state = :state, expires_at = :expires_at",
      ExpressionAttributeNames: { "#state": "state" },
      ExpressionAttributeValues: {
        ":none": [],
        ":attempt": [attempt],
        ":state": "pending",
        ":expires_at": epoch(0) + 30 * 24 * 3600,
      },
    },
  ]);
});
