import { ConditionalCheckFailedException, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { BatchWriteCommand, DynamoDBDocumentClient, GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { clockTwin } from "@promptcall/simulation/twins/clock";
import { mockClient } from "aws-sdk-client-mock";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { callStore } from "../../src/adapters/table.ts";
import { ConflictError, MalformedRecordError, PartialFailureError } from "../../src/errors.ts";
import { after, at, claim, epoch, queued, SETTINGS, spec, TID } from "../given.ts";
import { json, server } from "../http-server.ts";

const dynamo = mockClient(DynamoDBDocumentClient);
beforeEach(() => void dynamo.reset());
afterEach(() => void vi.useRealTimers());

const region = "eu-west-1";
const { retentionDays } = SETTINGS;
const clock = clockTwin(at(0));
const store = callStore({ client: new DynamoDBClient({ region }), tableName: "calls", retentionDays, clock });

const expires_at = epoch(0) + 30 * 24 * 3600;
const specItem = { pk: `call#${TID}`, sk: "spec", spec: spec(), expires_at };
const stateItem = { pk: `call#${TID}`, sk: "state", call: queued(), version: 1, expires_at };
const put = (Item: object) => ({ PutRequest: { Item } });

describe("a new call", () => {
  it("is written as what was asked and how it stands, both of which expire", async () => {
    dynamo.on(BatchWriteCommand).resolves({ UnprocessedItems: {} });
    await store.create({ spec: spec(), call: queued() });
    expect(dynamo.calls().map(({ args: [command] }) => command.input)).toEqual([
      { RequestItems: { calls: [put(specItem), put(stateItem)] } },
    ]);
  });

  it("is written again in the part the table did not take, and in no other", async () => {
    vi.useFakeTimers();
    dynamo
      .on(BatchWriteCommand)
      .resolvesOnce({ UnprocessedItems: { calls: [put(stateItem)] } })
      .resolves({});
    const created = store.create({ spec: spec(), call: queued() });
    await vi.runAllTimersAsync();
    await created;
    expect(dynamo.calls().map(({ args: [command] }) => command.input)).toEqual([
      { RequestItems: { calls: [put(specItem), put(stateItem)] } },
      { RequestItems: { calls: [put(stateItem)] } },
    ]);
  });

  it("is not taken for written when the table never takes it all", async () => {
    vi.useFakeTimers();
    dynamo.on(BatchWriteCommand).resolves({ UnprocessedItems: { calls: [put(stateItem)] } });
    const refused = expect(store.create({ spec: spec(), call: queued() })).rejects.toThrow(PartialFailureError);
    await vi.runAllTimersAsync();
    await refused;
    expect(dynamo.calls()).toHaveLength(5);
  });
});

describe("a save", () => {
  const dialing = after(queued(), claim());

  it("replaces the state only if it is still at the version that was read", async () => {
    dynamo.on(PutCommand).resolves({});
    await store.save({ call: dialing, version: 4 });
    expect(dynamo.calls().map(({ args: [command] }) => command.input)).toEqual([
      {
        TableName: "calls",
        Item: { pk: `call#${TID}`, sk: "state", call: dialing, version: 5, expires_at },
        ConditionExpression: "#version = :version",
        ExpressionAttributeNames: { "#version": "version" },
        ExpressionAttributeValues: { ":version": 4 },
      },
    ]);
  });

  it("is a conflict when another writer was first", async () => {
    dynamo.on(PutCommand).rejects(new ConditionalCheckFailedException({ message: "no", $metadata: {} }));
    await expect(store.save({ call: dialing, version: 1 })).rejects.toEqual(new ConflictError(TID));
  });

  it("fails as the table fails otherwise", async () => {
    const throttled = new Error("throttled");
    dynamo.on(PutCommand).rejects(throttled);
    await expect(store.save({ call: dialing, version: 1 })).rejects.toBe(throttled);
  });
});

describe("a read", () => {
  const read = (sk: string) => ({ TableName: "calls", Key: { pk: `call#${TID}`, sk }, ConsistentRead: true });

  it("gives the spec as it was written, and sees the latest write", async () => {
    dynamo.on(GetCommand).resolves({ Item: specItem });
    expect(await store.spec(TID)).toEqual(spec());
    expect(dynamo.calls().map(({ args: [command] }) => command.input)).toEqual([read("spec")]);
  });

  it("gives the state with its version, and sees the latest write", async () => {
    dynamo.on(GetCommand).resolves({ Item: { ...stateItem, version: 7 } });
    expect(await store.state(TID)).toEqual({ call: queued(), version: 7 });
    expect(dynamo.calls().map(({ args: [command] }) => command.input)).toEqual([read("state")]);
  });

  it("gives nothing for a call that is not on record", async () => {
    dynamo.on(GetCommand).resolves({});
    expect([await store.spec(TID), await store.state(TID)]).toEqual([undefined, undefined]);
  });
});

describe("a record in another form than it is read in", () => {
  it.each([
    ["spec", { ...specItem, spec: { ...spec(), text: 4711 } }, "spec.text"],
    ["state", { ...stateItem, call: { ...queued(), phase: "4711", to: 4711 } }, "call.phase"],
  ] as const)("is refused by the names of its fields, without their values: %s", async (sk, Item, field) => {
    dynamo.on(GetCommand).resolves({ Item });
    const message = `call#${TID} ${sk} has another form than expected: ${field}`;
    await expect(store[sk](TID)).rejects.toEqual(new MalformedRecordError(message));
  });
});

describe("fields that are absent", () => {
  it("are left out of what is written", async () => {
    dynamo.restore();
    const table = await server(json(200, {}));
    const client = new DynamoDBClient({
      region,
      endpoint: table.url,
      credentials: { accessKeyId: "id", secretAccessKey: "secret" },
    });
    const call = { ...after(queued(), claim()), line: { uuid: undefined } };
    await callStore({ client, tableName: "calls", retentionDays, clock }).save({ call, version: 1 } as never);
    expect(JSON.parse(table.received[0]?.body ?? "").Item.call.M.line).toEqual({ M: {} });
  });
});
