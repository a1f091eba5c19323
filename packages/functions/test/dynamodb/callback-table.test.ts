import { ConditionalCheckFailedException, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, it } from "vitest";
import { callbackStore } from "../../src/dynamodb/callback-store.ts";
import { documents } from "../../src/dynamodb/table.ts";
import { fakeClock } from "../../testing/clock.ts";
import { at, epoch, spec, TID } from "../given.ts";

const dynamo = mockClient(DynamoDBDocumentClient);
beforeEach(() => void dynamo.reset());

const client = documents(new DynamoDBClient({ region: "eu-west-1" }));
const store = callbackStore({ client, tableName: "calls", retentionDays: 30, clock: fakeClock(at(0)) });
const Key = { pk: `call#${TID}`, sk: "spec" };
const OwnKey = { pk: `call#${TID}`, sk: "callback" };
const attempt = { attempt: 1, at: at(0), answer: 503, durationMs: 12 };
const inputs = () => dynamo.calls().map(({ args: [command] }) => command.input);
const expires_at = epoch(0) + 30 * 24 * 3600;

describe("the attempts to deliver a call's result", () => {
  it("are none at first, which is one read", async () => {
    dynamo.on(GetCommand).resolves({ Item: { ...Key, spec: spec(), attempts: [], state: "pending" } });
    expect(await store.read(TID)).toEqual({ attempts: [], state: "pending" });
    expect(inputs()).toEqual([{ TableName: "calls", Key, ConsistentRead: true }]);
  });

  it("come back as they were recorded", async () => {
    dynamo.on(GetCommand).resolves({ Item: { ...Key, spec: spec(), attempts: [attempt], state: "parked" } });
    expect(await store.read(TID)).toEqual({ attempts: [attempt], state: "parked" });
  });

  it("are appended by the write that erases its words", async () => {
    dynamo.on(UpdateCommand).resolves({ Attributes: { ...Key, spec: spec(), attempts: [attempt], state: "pending" } });
    expect(await store.add(TID, attempt, "pending")).toEqual({ attempts: [attempt], state: "pending" });
    expect(inputs()).toEqual([
      {
        TableName: "calls",
        Key,
        ReturnValues: "ALL_NEW",
        ConditionExpression: "attribute_exists(attempts)",
        UpdateExpression:
          "SET attempts = list_append(if_not_exists(attempts, :none), :attempt), #state = :state, expires_at = :expires_at, spec.#text = :erased, spec.pinHash = :erased REMOVE spec.byeText, spec.failedText, spec.silenceText, spec.lastFailedText, spec.pinKeyId",
        ExpressionAttributeNames: { "#state": "state", "#text": "text" },
        ExpressionAttributeValues: {
          ":none": [],
          ":attempt": [attempt],
          ":state": "pending",
          ":erased": "",
          ":expires_at": expires_at,
        },
      },
    ]);
  });

  it("stay in an item of their own where the call was accepted before they had a place in its spec's", async () => {
    const lost = new ConditionalCheckFailedException({ $metadata: {}, message: "lost" });
    const own = { ...OwnKey, attempts: [attempt], state: "pending" };
    dynamo
      .on(GetCommand, { Key })
      .resolves({ Item: { ...Key, spec: spec() } })
      .on(GetCommand, { Key: OwnKey })
      .resolves({ Item: own })
      .on(UpdateCommand)
      .resolves({ Attributes: own })
      .on(UpdateCommand, { ConditionExpression: "attribute_exists(attempts)" })
      .rejects(lost);
    expect(await store.read(TID)).toEqual({ attempts: [attempt], state: "pending" });
    dynamo.resetHistory();
    expect(await store.add(TID, attempt, "pending")).toEqual({ attempts: [attempt], state: "pending" });
    expect(inputs()).toMatchObject([
      { Key },
      { Key, UpdateExpression: expect.stringContaining("spec.pinHash = :erased") },
      {
        Key: OwnKey,
        UpdateExpression:
          "SET attempts = list_append(if_not_exists(attempts, :none), :attempt), #state = :state, expires_at = :expires_at",
      },
    ]);
  });
});
