import { ConditionalCheckFailedException, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { PLACES } from "@promptcall/core/receiver-places";
import { clockTwin } from "@promptcall/simulation/twins/clock";
import { ReceiverPlaces } from "@promptcall/simulation/twins/receivers";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { receivers, sharedPlaces } from "../../src/adapters/receivers.ts";
import { documents } from "../../src/adapters/table.ts";
import type { Visit } from "../../src/ports/receivers.ts";
import { at, epoch } from "../given.ts";

const dynamo = mockClient(DynamoDBDocumentClient);
beforeEach(() => void dynamo.reset());

const clock = clockTwin(at(50));
const now = Date.parse(at(50));
const client = documents(new DynamoDBClient({ region: "eu-west-1" }));
const places = receivers({ client, tableName: "calls", retentionDays: 30, clock });
const Key = { pk: "receiver#r", sk: "places" };
const lost = new ConditionalCheckFailedException({ $metadata: {}, message: "lost" });
const updates = () => dynamo.commandCalls(UpdateCommand).map(({ args: [command] }) => command.input);

const gets = () => dynamo.commandCalls(GetCommand).map(({ args: [command] }) => command.input);
const entered = async () => (await places.enter("r")) as Visit;

describe("a place with a receiver", () => {
  it("is not taken by who need not wait for long: that is one read of what may be a little behind", async () => {
    dynamo.on(GetCommand).resolves({});
    const visit = await entered();
    await visit.leave();
    expect([gets(), updates()]).toEqual([[{ TableName: "calls", Key, ConsistentRead: false }], []]);
  });

  it("that was never taken is taken on that condition, and given back on the condition that it is ours", async () => {
    dynamo.on(GetCommand).resolves({}).on(UpdateCommand).resolves({});
    const visit = await entered();
    expect(await visit.stay()).toBe(true);
    await visit.leave();
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

  it("that was never given back is taken from the one who had it", async () => {
    const since = now - 60_001;
    dynamo
      .on(GetCommand)
      .resolves({ Item: { ...Key, p1: since, p2: now, p3: now } })
      .on(UpdateCommand)
      .resolves({});
    expect(await (await entered()).stay()).toBe(true);
    expect(updates()).toMatchObject([
      { ConditionExpression: "#place = :since", ExpressionAttributeValues: { ":now": now, ":since": since } },
    ]);
  });

  it("that somebody else was quicker to take is not taken twice", async () => {
    dynamo
      .on(GetCommand)
      .resolvesOnce({})
      .resolvesOnce({})
      .resolves({ Item: { p1: now } })
      .on(UpdateCommand)
      .rejectsOnce(lost)
      .resolves({});
    expect(await (await entered()).stay()).toBe(true);
    expect(updates().map(({ ExpressionAttributeNames }) => ExpressionAttributeNames?.["#place"])).toEqual(["p1", "p2"]);
  });

  it("that others are always quicker to take is not to be had", async () => {
    dynamo.on(GetCommand).resolves({}).on(UpdateCommand).rejects(lost);
    expect(await (await entered()).stay()).toBe(false);
    expect(updates()).toHaveLength(3);
  });

  it.each([
    ["busy", { p1: now, p2: now, p3: now }],
    ["slow", { p1: now - 1_001, p2: now - 1_001, p3: now - 1_001 }],
  ] as const)("is not to be had when the receiver is %s", async (word, Item) => {
    dynamo.on(GetCommand).resolves({ Item });
    expect(await places.enter("r")).toBe(word);
    expect(updates()).toEqual([]);
  });

  it("that cannot be given back is no reason to fail", async () => {
    dynamo.on(GetCommand).resolves({}).on(UpdateCommand).resolvesOnce({}).rejects(new Error("throttled"));
    const visit = await entered();
    await visit.stay();
    await expect(visit.leave()).resolves.toBeUndefined();
  });

  it("is not taken for had when the table fails", async () => {
    dynamo.on(GetCommand).resolves({}).on(UpdateCommand).rejects(new Error("throttled"));
    const visit = await entered();
    await expect(visit.stay()).rejects.toThrow("throttled");
    await expect(visit.leave()).resolves.toBeUndefined();
  });
});

describe("those who wait in one process", () => {
  it("share one look and one place, and the last to leave gives it back", async () => {
    const port = new ReceiverPlaces().portFor({ clock });
    const enter = vi.spyOn(port, "enter");
    const shared = sharedPlaces(port);
    const [one, other] = (await Promise.all([shared.enter("r"), shared.enter("r")])) as [Visit, Visit];
    await one.leave();
    const more = (await Promise.all(Array.from({ length: PLACES }, () => shared.enter("r")))) as Visit[];
    expect(enter).toHaveBeenCalledTimes(1);
    for (const visit of [other, ...more]) expect(await visit.stay()).toBe(true);
    for (const visit of [other, ...more]) await visit.leave();
    await shared.enter("r");
    expect(enter).toHaveBeenCalledTimes(2);
  });

  it("share the news that there is none, and ask anew the next time", async () => {
    const enter = vi.fn(async () => "slow" as const);
    const shared = sharedPlaces({ enter });
    expect(await Promise.all([shared.enter("r"), shared.enter("r")])).toEqual(["slow", "slow"]);
    expect(await shared.enter("r")).toBe("slow");
    expect(enter).toHaveBeenCalledTimes(2);
  });

  it("share a failure, and ask anew the next time", async () => {
    const enter = vi.fn().mockRejectedValueOnce(new Error("throttled")).mockResolvedValue("busy");
    const shared = sharedPlaces({ enter });
    await expect(shared.enter("r")).rejects.toThrow("throttled");
    expect(await shared.enter("r")).toBe("busy");
  });
});
