import { ConditionalCheckFailedException, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { PERMITS } from "@promptcall/core/callbacks/bulkhead";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { bulkheadStore, sharedPermits } from "../../src/dynamodb/bulkhead.ts";
import { documents } from "../../src/dynamodb/table.ts";
import type { BulkheadPermit } from "../../src/ports/bulkhead.ts";
import { FakeBulkhead } from "../../testing/bulkhead.ts";
import { fakeClock } from "../../testing/clock.ts";
import { at, epoch } from "../given.ts";

const dynamo = mockClient(DynamoDBDocumentClient);
beforeEach(() => void dynamo.reset());

const clock = fakeClock(at(50));
const now = Date.parse(at(50));
const client = documents(new DynamoDBClient({ region: "eu-west-1" }));
const places = bulkheadStore({ client, tableName: "calls", retentionDays: 30, clock });
const Key = { pk: "receiver#r", sk: "places" };
const lost = new ConditionalCheckFailedException({ $metadata: {}, message: "lost" });
const updates = () => dynamo.commandCalls(UpdateCommand).map(({ args: [command] }) => command.input);

const gets = () => dynamo.commandCalls(GetCommand).map(({ args: [command] }) => command.input);
const RECEIVER = { id: "r", permits: PERMITS };
const entered = async () => (await places.tryAcquire(RECEIVER)) as BulkheadPermit;

describe("a bulkhead permit in the table", () => {
  it("is not acquired for a fast answer, which costs one eventually consistent read", async () => {
    dynamo.on(GetCommand).resolves({});
    const permit = await entered();
    await permit.release();
    expect([gets(), updates()]).toEqual([[{ TableName: "calls", Key, ConsistentRead: false }], []]);
  });

  it("that is free is acquired and released by conditional writes", async () => {
    dynamo.on(GetCommand).resolves({}).on(UpdateCommand).resolves({});
    const permit = await entered();
    expect(await permit.hold()).toBe(true);
    await permit.release();
    expect(gets()).toEqual([false, true].map((ConsistentRead) => ({ TableName: "calls", Key, ConsistentRead })));
    expect(updates()).toEqual([
      {
        TableName: "calls",
        Key,
        UpdateExpression: "SET #place = :now, expires_at = :expires_at",
        ConditionExpression: "attribute_not_exists(#place)",
        ExpressionAttributeNames: { "#place": "p1" },
        ExpressionAttributeValues: { ":now": now, ":expires_at": epoch(110) },
      },
      {
        TableName: "calls",
        Key,
        UpdateExpression: "REMOVE #place",
        ConditionExpression: "#place = :mine",
        ExpressionAttributeNames: { "#place": "p1" },
        ExpressionAttributeValues: { ":mine": now },
      },
    ]);
  });

  it("that expired is acquired from its former holder", async () => {
    const since = now - 60_001;
    dynamo
      .on(GetCommand)
      .resolves({ Item: { ...Key, p1: since, p2: now, p3: now } })
      .on(UpdateCommand)
      .resolves({});
    expect(await (await entered()).hold()).toBe(true);
    expect(updates()).toMatchObject([
      { ConditionExpression: "#place = :since", ExpressionAttributeValues: { ":now": now, ":since": since } },
    ]);
  });

  it("that another process acquired first is not acquired twice", async () => {
    dynamo
      .on(GetCommand)
      .resolvesOnce({})
      .resolvesOnce({})
      .resolves({ Item: { p1: now } })
      .on(UpdateCommand)
      .rejectsOnce(lost)
      .resolves({});
    expect(await (await entered()).hold()).toBe(true);
    expect(updates().map(({ ExpressionAttributeNames }) => ExpressionAttributeNames?.["#place"])).toEqual(["p1", "p2"]);
  });

  it("is not acquired when other processes are always quicker", async () => {
    dynamo.on(GetCommand).resolves({}).on(UpdateCommand).rejects(lost);
    expect(await (await entered()).hold()).toBe(false);
    expect(updates()).toHaveLength(3);
  });

  it.each([
    ["busy", { p1: now, p2: now, p3: now }],
    ["slow", { p1: now - 1_001, p2: now - 1_001, p3: now - 1_001 }],
  ] as const)("is not to be had when the receiver is %s", async (word, Item) => {
    dynamo.on(GetCommand).resolves({ Item });
    expect(await places.tryAcquire(RECEIVER)).toBe(word);
    expect(updates()).toEqual([]);
  });

  it("that cannot be released causes no failure", async () => {
    dynamo.on(GetCommand).resolves({}).on(UpdateCommand).resolvesOnce({}).rejects(new Error("throttled"));
    const permit = await entered();
    await permit.hold();
    await expect(permit.release()).resolves.toBeUndefined();
  });

  it("is not held when the table fails", async () => {
    dynamo.on(GetCommand).resolves({}).on(UpdateCommand).rejects(new Error("throttled"));
    const permit = await entered();
    await expect(permit.hold()).rejects.toThrow("throttled");
    await expect(permit.release()).resolves.toBeUndefined();
  });
});

describe("the deliveries of one process", () => {
  it("share one read and one permit, which the last of them releases", async () => {
    const port = new FakeBulkhead().portFor({ clock });
    const tryAcquire = vi.spyOn(port, "tryAcquire");
    const shared = sharedPermits(port, { clock });
    const [one, other] = (await Promise.all([shared.tryAcquire(RECEIVER), shared.tryAcquire(RECEIVER)])) as [
      BulkheadPermit,
      BulkheadPermit,
    ];
    await one.release();
    const more = (await Promise.all(
      Array.from({ length: PERMITS }, () => shared.tryAcquire(RECEIVER)),
    )) as BulkheadPermit[];
    expect(tryAcquire).toHaveBeenCalledTimes(1);
    for (const permit of [other, ...more]) expect(await permit.hold()).toBe(true);
    for (const permit of [other, ...more]) await permit.release();
    await shared.tryAcquire(RECEIVER);
    expect(tryAcquire).toHaveBeenCalledTimes(2);
  });

  it("share the answer that no permit is free, and ask anew the next time", async () => {
    const tryAcquire = vi.fn(async () => "slow" as const);
    const shared = sharedPermits({ tryAcquire }, { clock });
    expect(await Promise.all([shared.tryAcquire(RECEIVER), shared.tryAcquire(RECEIVER)])).toEqual(["slow", "slow"]);
    expect(await shared.tryAcquire(RECEIVER)).toBe("slow");
    expect(tryAcquire).toHaveBeenCalledTimes(2);
  });

  it("share a failure of the bulkhead, and ask anew the next time", async () => {
    const tryAcquire = vi.fn().mockRejectedValueOnce(new Error("throttled")).mockResolvedValue("busy");
    const shared = sharedPermits({ tryAcquire }, { clock });
    await expect(shared.tryAcquire(RECEIVER)).rejects.toThrow("throttled");
    expect(await shared.tryAcquire(RECEIVER)).toBe("busy");
  });

  it("look once in a second at a receiver that has room, and again before one of them waits for longer", async () => {
    const own = fakeClock(at(50));
    const port = new FakeBulkhead().portFor({ clock: own });
    const tryAcquire = vi.spyOn(port, "tryAcquire");
    const shared = sharedPermits(port, { clock: own });
    const one = async () => (await shared.tryAcquire(RECEIVER)) as BulkheadPermit;
    for (let delivery = 0; delivery < 5; delivery += 1) await (await one()).release();
    expect(tryAcquire).toHaveBeenCalledTimes(1);
    const slow = await one();
    expect([await slow.hold(), tryAcquire.mock.calls.length]).toEqual([true, 2]);
    await slow.release();
    await (await one()).release();
    expect(tryAcquire).toHaveBeenCalledTimes(3);
    own.set(at(51));
    await (await one()).release();
    expect(tryAcquire).toHaveBeenCalledTimes(4);
  });

  it("do not wait for a receiver whose permits others have taken since they looked", async () => {
    const port = new FakeBulkhead().portFor({ clock });
    const shared = sharedPermits(port, { clock });
    await ((await shared.tryAcquire(RECEIVER)) as BulkheadPermit).release();
    for (let other = 0; other < PERMITS; other += 1) await ((await port.tryAcquire(RECEIVER)) as BulkheadPermit).hold();
    const late = (await shared.tryAcquire(RECEIVER)) as BulkheadPermit;
    expect(await late.hold()).toBe(false);
    await late.release();
    expect(await shared.tryAcquire(RECEIVER)).toBe("busy");
  });
});
