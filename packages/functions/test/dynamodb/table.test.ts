import { ConditionalCheckFailedException, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  BatchGetCommand,
  BatchWriteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  type PutCommandInput,
  QueryCommand,
  UpdateCommand,
  type UpdateCommandInput,
} from "@aws-sdk/lib-dynamodb";
import { accept } from "@promptcall/core/call/evolve";
import type { CallSpec } from "@promptcall/core/contracts/records/spec";
import { mockClient } from "aws-sdk-client-mock";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { callStore } from "../../src/dynamodb/call-store.ts";
import { documents } from "../../src/dynamodb/table.ts";
import { ConflictError, MalformedRecordError, PartialFailureError } from "../../src/errors.ts";
import { beginInvocation } from "../../src/runtime/invocation.ts";
import { fakeClock } from "../../testing/clock.ts";
import { idOf } from "../../testing/random.ts";
import { after, at, claim, epoch, queued, report, SETTINGS, spec, TID } from "../given.ts";
import { json, server } from "../http-server.ts";

const dynamo = mockClient(DynamoDBDocumentClient);
beforeEach(() => void dynamo.reset());
afterEach(() => void vi.useRealTimers());
// Else the first test to need it would wait for its file, which no clock of a test makes come sooner.
await import("p-retry");

const region = "eu-west-1";
const { retentionDays } = SETTINGS;
const clock = fakeClock(at(0));
const store = callStore({
  client: documents(new DynamoDBClient({ region })),
  tableName: "calls",
  retentionDays,
  clock,
});

const expires_at = epoch(0) + 30 * 24 * 3600;
const listed = (tid: string) => ({ list: "c#app", at: `${Date.parse(at(0)).toString(36).padStart(9, "0")}${tid}` });
/** Nobody may ever end it. */
const soon = { expires_at: epoch(0) + 4 * 24 * 3600 };
const specItem = { pk: `call#${TID}`, sk: "spec", spec: spec(), ...soon, ...listed(TID) };
const stateItem = { pk: `call#${TID}`, sk: "state", call: queued(), version: 1, expires_at };
const put = (Item: object) => ({ PutRequest: { Item } });

/** Many calls, and the items of the table that they are. */
const many = (count: number) => Array.from({ length: count }, (_, index) => spec({ tid: idOf(index) }));
const itemOf = (one: CallSpec) => ({ pk: `call#${one.tid}`, sk: "spec", spec: one, ...soon, ...listed(one.tid) });
const inputs = () => dynamo.calls().map(({ args: [command] }) => command.input);

describe("new calls", () => {
  it("are written as specs only, which expire in days while they are not over", async () => {
    dynamo.on(PutCommand).resolves({});
    await store.add([spec()]);
    expect(inputs()).toEqual([{ TableName: "calls", Item: specItem }]);
  });

  it("are kept for longer the later they may be dialed, and for the whole time once their words are erased", async () => {
    dynamo.on(PutCommand).resolves({}).on(UpdateCommand).resolves({});
    await store.add([spec({ expiresAt: at(3_600) })]);
    await store.eraseWords(TID);
    const [added, erased] = inputs() as [PutCommandInput, UpdateCommandInput];
    expect(added.Item?.expires_at).toBe(soon.expires_at + 3_600);
    expect(erased).toMatchObject({
      UpdateExpression: expect.stringContaining("expires_at = :expires_at"),
      ExpressionAttributeValues: { ":expires_at": expires_at },
    });
  });

  it("are written 25 at a time, and one that is left by itself", async () => {
    dynamo.on(BatchWriteCommand).resolves({}).on(PutCommand).resolves({});
    const specs = many(51);
    await store.add(specs);
    const items = specs.map(itemOf);
    const parts = [items.slice(0, 25), items.slice(25, 50)];
    expect(inputs()).toEqual([
      ...parts.map((part) => ({ RequestItems: { calls: part.map(put) } })),
      { TableName: "calls", Item: items[50] },
    ]);
  });

  it("are written again in the part the table did not take, and in no other", async () => {
    vi.useFakeTimers();
    const specs = many(2);
    const [first, second] = specs.map((one) => put(itemOf(one)));
    dynamo
      .on(BatchWriteCommand)
      .resolvesOnce({ UnprocessedItems: { calls: [second] } } as never)
      .resolves({});
    const added = store.add(specs);
    await vi.runAllTimersAsync();
    await added;
    expect(inputs()).toEqual([{ RequestItems: { calls: [first, second] } }, { RequestItems: { calls: [second] } }]);
  });

  it("are not reported as written when the table never takes them all", async () => {
    vi.useFakeTimers();
    dynamo.on(BatchWriteCommand).resolves({ UnprocessedItems: { calls: [put(specItem)] } });
    const refused = expect(store.add(many(2))).rejects.toThrow(PartialFailureError);
    await vi.runAllTimersAsync();
    await refused;
    expect(dynamo.calls()).toHaveLength(11);
  });

  it.each([
    ["one", 1],
    ["several", 2],
  ] as const)(
    "are written once the table has room again; where it fails for another reason it is not asked again: %s",
    async (_, count) => {
      vi.useFakeTimers();
      const noRoom = Object.assign(new Error("slow down"), { name: "ProvisionedThroughputExceededException" });
      const denied = Object.assign(new Error("no"), { name: "AccessDeniedException" });
      dynamo.onAnyCommand().rejectsOnce(noRoom).rejectsOnce(noRoom).resolvesOnce({}).rejects(denied);
      const added = store.add(many(count));
      await vi.runAllTimersAsync();
      await added;
      expect(dynamo.calls()).toHaveLength(3);
      await expect(store.add(many(count))).rejects.toBe(denied);
      expect(dynamo.calls()).toHaveLength(4);
    },
  );

  it("are not retried beyond the invocation", async () => {
    vi.useFakeTimers();
    onTestFinished(() => beginInvocation(undefined));
    beginInvocation({ getRemainingTimeInMillis: () => 1_000 });
    dynamo.on(BatchWriteCommand).resolves({ UnprocessedItems: { calls: [put(specItem)] } });
    const refused = expect(store.add(many(2))).rejects.toThrow(PartialFailureError);
    await vi.advanceTimersByTimeAsync(999);
    await refused;
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

  it("at version 1 goes through also where nothing is on record yet, which is how a new call stands", async () => {
    dynamo.on(PutCommand).resolves({});
    await store.save({ call: dialing, version: 1 });
    expect(inputs()).toEqual([
      {
        TableName: "calls",
        Item: { pk: `call#${TID}`, sk: "state", call: dialing, version: 2, expires_at },
        ConditionExpression: "attribute_not_exists(pk) OR #version = :version",
        ExpressionAttributeNames: { "#version": "version" },
        ExpressionAttributeValues: { ":version": 1 },
      },
    ]);
  });

  it("throws a ConflictError when another writer was first", async () => {
    dynamo.on(PutCommand).rejects(new ConditionalCheckFailedException({ message: "no", $metadata: {} }));
    await expect(store.save({ call: dialing, version: 1 })).rejects.toEqual(new ConflictError(TID));
  });

  it("throws other errors of the table unchanged", async () => {
    const throttled = new Error("throttled");
    dynamo.on(PutCommand).rejects(throttled);
    await expect(store.save({ call: dialing, version: 1 })).rejects.toBe(throttled);
  });
});

describe("a read", () => {
  const read = (sk: string) => ({ TableName: "calls", Key: { pk: `call#${TID}`, sk }, ConsistentRead: true });

  const cheapRead = { ...read("spec"), ConsistentRead: false };

  it("returns the spec as it was written", async () => {
    dynamo.on(GetCommand).resolves({ Item: specItem });
    expect(await store.spec(TID)).toEqual(spec());
    expect(inputs()).toEqual([cheapRead]);
  });

  it("returns a spec that was written just now", async () => {
    dynamo.on(GetCommand).resolves({}).on(GetCommand, read("spec")).resolves({ Item: specItem });
    expect(await store.spec(TID)).toEqual(spec());
    expect(inputs()).toEqual([cheapRead, read("spec")]);
  });

  it("returns the state with its version, by a consistent read", async () => {
    dynamo.on(GetCommand).resolves({ Item: { ...stateItem, version: 7 } });
    expect(await store.state(TID)).toEqual({ call: queued(), version: 7 });
    expect(dynamo.calls().map(({ args: [command] }) => command.input)).toEqual([read("state")]);
  });

  it("returns a call without a state as queued", async () => {
    const cheaply = { ...read("spec"), ConsistentRead: false };
    dynamo.on(GetCommand).resolves({}).on(GetCommand, cheaply).resolves({ Item: specItem });
    expect(await store.state(TID)).toEqual({ call: queued(), version: 1 });
    expect(inputs()).toEqual([read("state"), cheaply]);
  });

  it("of many calls asks for 50 at a time, and again for what the table did not read", async () => {
    vi.useFakeTimers();
    const specs = many(52);
    const keysOf = (some: readonly CallSpec[]) =>
      some.flatMap(({ tid }) => ["spec", "state"].map((sk) => ({ pk: `call#${tid}`, sk })));
    const asked = (Keys: object[]) => ({ RequestItems: { calls: { Keys, ConsistentRead: true } } });
    const [most, last] = [specs.slice(0, 50), specs.slice(50)];
    const [left] = keysOf(last);
    dynamo
      .on(BatchGetCommand, asked(keysOf(most)))
      .resolves({ Responses: { calls: most.map(itemOf) } })
      .on(BatchGetCommand, asked(keysOf(last)))
      .resolves({ Responses: { calls: [] }, UnprocessedKeys: asked([left ?? {}]).RequestItems } as never)
      .on(BatchGetCommand, asked([left ?? {}]))
      .resolves({ Responses: { calls: last.map(itemOf) } });
    const finding = store.find(specs.map(({ tid }) => tid));
    await vi.runAllTimersAsync();
    const found = await finding;
    expect(found).toEqual(
      new Map(specs.map((one) => [one.tid, { spec: one, stored: { call: accept(one), version: 1 } }])),
    );
    expect(inputs()).toEqual([asked(keysOf(most)), asked(keysOf(last)), asked([left ?? {}])]);
  });

  it("of one call asks for all items at once", async () => {
    const callback = { pk: `call#${TID}`, sk: "callback", state: "pending", attempts: [] };
    dynamo.on(QueryCommand).resolves({ Items: [callback, specItem, { ...stateItem, version: 7 }] });
    expect(await store.find([TID])).toEqual(new Map([[TID, { spec: spec(), stored: { call: queued(), version: 7 } }]]));
    expect(inputs()).toEqual([
      {
        TableName: "calls",
        KeyConditionExpression: "pk = :pk",
        ExpressionAttributeValues: { ":pk": `call#${TID}` },
        ConsistentRead: true,
      },
    ]);
  });

  it("of the one among several that a first look has missed does not take the items for another's", async () => {
    const [one, other] = many(2) as [CallSpec, CallSpec];
    const state = (tid: string, version: number) => ({ ...stateItem, pk: `call#${tid}`, version });
    dynamo.on(BatchGetCommand).resolves({ Responses: { calls: [itemOf(one)] } });
    dynamo.on(QueryCommand).resolves({ Items: [itemOf(other), state(other.tid, 3)] });
    const found = await store.find([one.tid, other.tid], { mayBeBehind: true });
    expect([found.get(one.tid), found.get(other.tid)]).toEqual([
      { spec: one, stored: { call: accept(one), version: 1 } },
      { spec: other, stored: { call: queued(), version: 3 } },
    ]);
  });

  it("returns undefined for an unknown call", async () => {
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

describe("one of many records that cannot be read", () => {
  const others = many(3);
  const broken = { ...specItem, spec: { ...spec(), text: 4711 } };

  it("nor is queued, and does not hide the others that are: states are read first, then the specs of what may be", async () => {
    const [queuedOne, dialed, unreadable] = others as [CallSpec, CallSpec, CallSpec];
    const stateOf = ({ tid }: CallSpec, call: object) => ({ ...stateItem, pk: `call#${tid}`, call, version: 2 });
    const isDialed = report(2, { type: "dialed", uuid: "uuid" });
    const states = [stateOf(dialed, after(queued(), claim(), isDialed)), stateOf(unreadable, { phase: 4711 })];
    const keysOf = (sk: string, ...some: CallSpec[]) => some.map(({ tid }) => ({ pk: `call#${tid}`, sk }));
    const asked = (Keys: object[]) => ({ RequestItems: { calls: { Keys, ConsistentRead: false } } });
    const first = asked(keysOf("state", ...others));
    const second = asked(keysOf("spec", queuedOne, unreadable));
    dynamo
      .on(BatchGetCommand, first)
      .resolves({ Responses: { calls: states } })
      .on(BatchGetCommand, second)
      .resolves({ Responses: { calls: [queuedOne, unreadable].map(itemOf) } });
    expect(await store.findQueued(others.map(({ tid }) => tid))).toEqual(
      new Map<string, unknown>([
        [queuedOne.tid, { spec: queuedOne, stored: { call: accept(queuedOne), version: 1 } }],
        [dialed.tid, "not_queued"],
      ]),
    );
    expect(inputs()).toEqual([first, second]);
  });

  it("does not hide the other records", async () => {
    dynamo.on(BatchGetCommand).resolves({ Responses: { calls: [broken, ...others.map(itemOf)] } });
    const found = await store.find([TID, ...others.map(({ tid }) => tid)]);
    expect([...found.keys()]).toEqual(others.map(({ tid }) => tid));
  });

  it("throws when it is read alone", async () => {
    dynamo.on(QueryCommand).resolves({ Items: [broken] });
    await expect(store.find([TID])).rejects.toBeInstanceOf(MalformedRecordError);
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
    const calls = callStore({ client: documents(client), tableName: "calls", retentionDays, clock });
    await calls.save({ call, version: 1 } as never);
    expect(JSON.parse(table.received[0]?.body ?? "").Item.call.M.line).toEqual({ M: {} });
  });
});
