import { ConditionalCheckFailedException, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { clockTwin } from "@promptcall/simulation/twins/clock";
import { ReceiverPlaces } from "@promptcall/simulation/twins/receivers";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { receivers, sharedPlaces } from "../../src/adapters/receivers.ts";
import type { Place } from "../../src/ports.ts";
import { at, epoch } from "../given.ts";

const dynamo = mockClient(DynamoDBDocumentClient);
beforeEach(() => void dynamo.reset());

const clock = clockTwin(at(50));
const now = Date.parse(at(50));
const places = receivers({ client: new DynamoDBClient({ region: "eu-west-1" }), tableName: "calls", clock });
const Key = { pk: "receiver#r", sk: "places" };
const lost = new ConditionalCheckFailedException({ $metadata: {}, message: "lost" });
const updates = () => dynamo.commandCalls(UpdateCommand).map(({ args: [command] }) => command.input);

describe("a place with a receiver", () => {
  it("that was never taken is taken on that condition, and given back on the condition that it is ours", async () => {
    dynamo.on(GetCommand).resolves({}).on(UpdateCommand).resolves({});
    const place = (await places.enter("r")) as Place;
    await place.leave();
    expect(dynamo.commandCalls(GetCommand)[0]?.args[0].input).toEqual({
      TableName: "calls",
      Key,
      ConsistentRead: true,
    });
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
    await places.enter("r");
    expect(updates()).toMatchObject([
      { ConditionExpression: "#place = :since", ExpressionAttributeValues: { ":now": now, ":since": since } },
    ]);
  });

  it("that somebody else was quicker to take is not taken twice", async () => {
    dynamo
      .on(GetCommand)
      .resolvesOnce({})
      .resolves({ Item: { p1: now } })
      .on(UpdateCommand)
      .rejectsOnce(lost)
      .resolves({});
    await places.enter("r");
    expect(updates().map(({ ExpressionAttributeNames }) => ExpressionAttributeNames?.["#place"])).toEqual(["p1", "p2"]);
  });

  it("that others are always quicker to take is looked for later", async () => {
    dynamo.on(GetCommand).resolves({}).on(UpdateCommand).rejects(lost);
    expect(await places.enter("r")).toBe("busy");
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
    const place = (await places.enter("r")) as Place;
    await expect(place.leave()).resolves.toBeUndefined();
  });

  it("is not taken for had when the table fails", async () => {
    dynamo.on(GetCommand).resolves({}).on(UpdateCommand).rejects(new Error("throttled"));
    await expect(places.enter("r")).rejects.toThrow("throttled");
  });
});

describe("those who wait in one process", () => {
  it("share one place, and the last to leave gives it back", async () => {
    const port = new ReceiverPlaces().portFor({ clock });
    const enter = vi.spyOn(port, "enter");
    const shared = sharedPlaces(port);
    const [one, other] = (await Promise.all([shared.enter("r"), shared.enter("r")])) as [Place, Place];
    await one.leave();
    const third = (await shared.enter("r")) as Place;
    expect(enter).toHaveBeenCalledTimes(1);
    await other.leave();
    await third.leave();
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
