import { type AttributeValue, ScanCommand } from "@aws-sdk/client-dynamodb";
import { callIdsOf } from "@promptcall/core/call/batch";
import type { CallbackMessage } from "@promptcall/core/contracts/messages";
import { type Loop, MOST_BATCHES_OF_LOOP, newLoop } from "@promptcall/core/dialing/loop";
import { batchStore } from "@promptcall/functions/dynamodb/batches";
import { bulkheadStore } from "@promptcall/functions/dynamodb/bulkhead";
import { callStore } from "@promptcall/functions/dynamodb/call-store";
import { callbackStore } from "@promptcall/functions/dynamodb/callback-store";
import { carrierRateStore } from "@promptcall/functions/dynamodb/carrier-rate";
import { checkpointStore } from "@promptcall/functions/dynamodb/checkpoints";
import { listStore } from "@promptcall/functions/dynamodb/lists";
import { loopStore } from "@promptcall/functions/dynamodb/loops";
import { ownerStore } from "@promptcall/functions/dynamodb/owners";
import { waitingCallStore } from "@promptcall/functions/dynamodb/waiting-calls";
import { bus } from "@promptcall/functions/eventbridge/bus";
import { clock } from "@promptcall/functions/runtime/system-clock";
import { seal } from "@promptcall/functions/security/seal";
import { queue } from "@promptcall/functions/sqs/queue";
import { UUID } from "@promptcall/functions/testing/scripted-carrier";
import { beforeAll, describe, expect, it } from "vitest";
import { startBus, startQueues, startTable } from "../../../packages/functions/test/conformance/local-cloud.ts";
import {
  after,
  at,
  claim,
  epoch,
  event,
  jwt,
  KEYS,
  queued,
  report,
  spec,
  TID,
} from "../../../packages/functions/test/given.ts";
import { ITEM_BYTES, LOOP_BYTES, type Operation, REQUESTS } from "../operations.ts";
import { itemBytes } from "./item-bytes.ts";

/** A call of ordinary length, and all that can come to be on its record. */
const ordinary = spec({
  expiresAt: at(3_600),
  text: "t".repeat(160),
  byeText: "b".repeat(40),
  failedText: "f".repeat(60),
  applicationId: UUID,
  callback: { url: `https://customer.example/${"p".repeat(40)}`, method: "POST" },
});
const completed = after(
  { ...queued(), applicationId: UUID },
  claim(1, UUID),
  report(2, { type: "dialed", uuid: UUID }),
  report(3, { type: "leg", status: "ringing" }),
  report(4, { type: "leg", status: "answered" }),
  report(5, { type: "digits", attempt: 1, matched: true }),
  report(6, { type: "leg", status: "completed", uuid: UUID, durationSeconds: 30, price: "0.00730000" }),
);
/** With a signature as long as RS256 makes it. */
const credential = `${jwt({ application_id: UUID, iat: epoch(0), exp: epoch(900), jti: UUID }).replace(/[^.]*$/, "")}${"s".repeat(342)}`;
const sealedCredential = await seal([KEYS.seal]).seal(credential, TID);
const waitingCall = { tid: TID, notBeforeMs: Date.parse(at(0)), sealedCredential };
const ordinaryBatch = {
  ...{ id: UUID, applicationId: UUID, owner: "app", count: 30, sealedCredential },
  ...{ acceptedAt: at(0), firstDialAt: at(0), lastDialAt: at(9), expiresAt: at(3_600) },
};
const attempt = { attempt: 1, at: at(7), answer: 200, durationMs: 250 };
const asked30 = callIdsOf({ batchId: UUID, from: 0, to: 30 });
function loopOf(batches: number): Loop {
  const entry = { from: 9_000, count: 10_000, startMs: Date.parse(at(0)), expiryMs: Date.parse(at(3_600)) };
  const ids = Array.from({ length: batches }, (_, index) => `${UUID.slice(0, -2)}${String(index).padStart(2, "0")}`);
  return {
    ...newLoop(),
    ...{ version: 1, step: 9_000, dueMs: Date.parse(at(1)), freeMs: Date.parse(at(1)), claimedBy: UUID, turn: UUID },
    ...{ watchedUntilMs: Date.parse(at(90)), recentMs: [Date.parse(at(0))], served: -1 },
    batches: Object.fromEntries(ids.map((id) => [id, entry])),
  };
}

const table = await startTable();
const queues = await startQueues();
const { client: busClient, busName } = await startBus({ queues, rules: [] });
const { url: queueUrl } = await queues.create("some");
const calls = callStore(table);
const deliveries = callbackStore(table);
const loops = loopStore(table);
const waiting = waitingCallStore(table);
const batches = batchStore(table);
const checkpoints = checkpointStore(table);
const some = queue<CallbackMessage>({ client: queues.client, queueUrl, clock });
const message: CallbackMessage = { v: 1, type: "callback", tid: TID, attempt: 1 };
const send = () => some.send(message);

/** Each operation that asks something of AWS, in an order in which each can do its work. */
const OPERATIONS: Partial<Record<Operation, () => Promise<unknown>>> = {
  "owners.ownerOf": () => ownerStore(table).ownerOf(UUID),
  "loops.write": () => loops.write("app", { seen: newLoop(), next: loopOf(1) }),
  "loops.read": () => loops.read("app"),
  "loops.arrive": () => loops.arrive("app", Date.parse(at(1))),
  "waiting.add": () => waiting.add("app", waitingCall),
  "waiting.list": () => waiting.list("app", 20),
  "waiting.remove": () => waiting.remove("app", { ...waitingCall, notBeforeMs: 0 }),
  "batches.add": () => batches.add(ordinaryBatch),
  "batches.find": () => batches.find(UUID),
  "batches.end": () => batches.end(UUID, "cancelled"),
  "checkpoints.get": () => checkpoints.get("some"),
  "checkpoints.advance": () => checkpoints.advance("some", 1),
  "lists.finishedOf": () => listStore(table).finishedOf(UUID),
  "calls.add": () => calls.add([ordinary]),
  "calls.save": () => calls.save({ call: completed, version: 1 }),
  "calls.find": () => calls.find(asked30),
  "calls.spec": () => calls.spec(TID),
  "calls.state": () => calls.state(TID),
  "deliveries.read": () => deliveries.read(TID),
  "deliveries.deliveryAttempted": () => deliveries.deliveryAttempted(asked30),
  "deliveries.add": () => deliveries.add(TID, attempt, "delivered"),
  "rate.reserve": () => carrierRateStore(table).reserve("owner", Date.now() + 1_000),
  "bulkhead.tryAcquire": () => bulkheadStore(table).tryAcquire("receiver"),
  "bus.publish": () => bus({ client: busClient, busName }).publish([event(1, "call.dialed", { uuid: UUID })]),
  "dial.send": send,
  "dial.sendAll": () => some.sendAll(Array.from({ length: 10 }, () => message)),
  "timers.send": send,
};

const asked: string[] = [];
/** The clients differ in their commands alone, which are not looked into. */
for (const client of [table.client, queues.client, busClient] as unknown as (typeof table.client)[])
  client.middlewareStack.add((next, { commandName }) => (args) => {
    asked.push(String(commandName).replace(/Command$/, ""));
    return next(args);
  });

/** What goes to the carrier or to a customer, and what is a part of another request. */
const NOTHING_SENT: readonly Operation[] = [
  "lists.entry",
  "calls.add each",
  "calls.find each",
  "deliveries.deliveryAttempted each",
  "carrier.placeCall",
  "carrier.findCall",
  "sender.send",
];

/** Waiting calls are sorted by their times; all else is named by its sort key. */
function kindOf({ pk, sk }: Record<string, AttributeValue>): string {
  return pk?.S?.startsWith("wait#") ? "waiting" : (sk?.S ?? "");
}

const sent: Record<string, readonly string[]> = {};
const bytes: Record<string, number> = {};

beforeAll(async () => {
  for (const [operation, run] of Object.entries(OPERATIONS)) {
    asked.length = 0;
    await run();
    sent[operation] = [...asked];
  }
  const { Items = [] } = await table.client.send(new ScanCommand({ TableName: table.tableName }));
  for (const item of Items) bytes[kindOf(item)] = itemBytes(item);
});

const rounded = (size = Number.NaN) => Math.ceil(size / 100) * 100;
const units = (size = Number.NaN) => Math.ceil(size / 1024);

describe("the table of requests", () => {
  it("is what the adapters send to AWS for each operation", () => {
    const nothing = Object.keys(REQUESTS).filter((name) => !(name in OPERATIONS));
    expect(nothing).toEqual(NOTHING_SENT);
    const expected = Object.entries(REQUESTS).map(([operation, { commands }]) => [operation, commands]);
    expect({ ...sent, ...Object.fromEntries(nothing.map((name) => [name, []])) }).toEqual(Object.fromEntries(expected));
  });

  it("counts the units that items of an ordinary call take to write and to read", () => {
    const kinds = Object.fromEntries(Object.keys(ITEM_BYTES).map((kind) => [kind, rounded(bytes[kind])]));
    expect(kinds).toEqual(ITEM_BYTES);
    expect(REQUESTS["calls.add each"].writeUnits).toBe(units(bytes.spec));
    expect(REQUESTS["calls.save"].writeUnits).toBe(units(bytes.state));
    expect(REQUESTS["deliveries.add"].writeUnits).toBe(units(bytes.callback));
    expect(REQUESTS["waiting.add"].writeUnits).toBe(units(bytes.waiting));
    expect(REQUESTS["waiting.remove"].writeUnits).toBe(units(bytes.waiting));
    expect(REQUESTS["batches.add"].writeUnits).toBe(units(bytes.batch));
    expect(REQUESTS["batches.end"].writeUnits).toBe(units(bytes.batch));
    expect(REQUESTS["loops.write"].writeUnits).toBe(units(bytes.loop));
    expect(Math.max(...Object.values(bytes))).toBeLessThanOrEqual(4096);
  });

  it("knows how large the item of a loop is, with one batch and with as many as there can be", async () => {
    expect(rounded(bytes.loop)).toBe(LOOP_BYTES.one);
    await loops.write("full", { seen: newLoop(), next: loopOf(MOST_BATCHES_OF_LOOP) });
    const { Items = [] } = await table.client.send(new ScanCommand({ TableName: table.tableName }));
    expect(rounded(Math.max(...Items.map(itemBytes)))).toBe(LOOP_BYTES.most);
  });
});
