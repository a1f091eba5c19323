import { ScanCommand } from "@aws-sdk/client-dynamodb";
import type { CallbackMessage } from "@promptcall/core/messages";
import { batchStore } from "@promptcall/functions/adapters/batches";
import { bus } from "@promptcall/functions/adapters/bus";
import { callStore } from "@promptcall/functions/adapters/call-store";
import { paces } from "@promptcall/functions/adapters/pace";
import { queue } from "@promptcall/functions/adapters/queue";
import { clock } from "@promptcall/functions/adapters/real";
import { receivers } from "@promptcall/functions/adapters/receivers";
import { callbackStore, hopStore } from "@promptcall/functions/adapters/table";
import type { Visit } from "@promptcall/functions/ports";
import { beforeAll, describe, expect, it } from "vitest";
import { after, at, claim, event, queued, report, spec, TID } from "../../../functions/test/given.ts";
import { ITEM_BYTES, type Operation, REQUESTS } from "../../src/scale/operations.ts";
import { UUID } from "../../src/twins/scripted-carrier.ts";
import { startBus, startQueues, startTable } from "../conformance/local-cloud.ts";
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
  report(3, { type: "line", status: "ringing" }),
  report(4, { type: "line", status: "answered" }),
  report(5, { type: "digits", attempt: 1, matched: true }),
  report(6, { type: "line", status: "completed", uuid: UUID, durationSeconds: 30, price: "0.00730000" }),
);
const ordinaryBatch = { applicationId: UUID, count: 9, acceptedAt: at(0), firstDialAt: at(0), lastDialAt: at(2) };
const attempt = { attempt: 1, at: at(7), answer: 200, durationMs: 250 };

const table = await startTable();
const queues = await startQueues();
const { client: busClient, busName } = await startBus({ queues, rules: [] });
const { url: queueUrl } = await queues.create("some");
const calls = callStore(table);
const deliveries = callbackStore(table);
const pace = paces(table);
const batches = batchStore(table);
const hops = hopStore(table);
const places = receivers(table);
const some = queue<CallbackMessage>({ client: queues.client, queueUrl, clock });
const send = () => some.send({ v: 1, type: "callback", tid: TID, attempt: 1 });
let visit: Visit | undefined;

/** Each operation that asks something of AWS, in an order in which each can do its work. */
const OPERATIONS: Partial<Record<Operation, () => Promise<unknown>>> = {
  "paces.reserve": () => pace.reserve({ applicationId: "app", count: 1, byMs: Number.MAX_SAFE_INTEGER }),
  "paces.refuse": () => pace.reserve({ applicationId: "app", count: 1, byMs: 0 }),
  "paces.read": () => pace.read("app"),
  "paces.slow": () => pace.slow("app"),
  "batches.add": () => batches.add({ ...ordinaryBatch, id: UUID }),
  "hops.made": () => hops.made("some"),
  "hops.make": () => hops.make("some", 1),
  "calls.add": () => calls.add([ordinary]),
  "calls.save": () => calls.save({ call: completed, version: 1 }),
  "calls.find": () => calls.find([TID]),
  "calls.spec": () => calls.spec(TID),
  "calls.state": () => calls.state(TID),
  "deliveries.read": () => deliveries.read(TID),
  "deliveries.heardOf": () => deliveries.heardOf([TID]),
  "deliveries.add": () => deliveries.add(TID, attempt, "delivered"),
  "receivers.enter": async () => {
    visit = (await places.enter("receiver")) as Visit;
  },
  "receivers.stay": async () => visit?.stay(),
  "receivers.leave": async () => visit?.leave(),
  "bus.publish": () => bus({ client: busClient, busName }).publish([event(1, "call.dialed", { uuid: UUID })]),
  "dial.send": send,
  "timers.send": send,
  "firsts.send": send,
  "callbacks.send": send,
};

const asked: string[] = [];
/** The clients differ in their commands alone, which are not looked into. */
for (const client of [table.client, queues.client, busClient] as unknown as (typeof table.client)[])
  client.middlewareStack.add((next, { commandName }) => (args) => {
    asked.push(String(commandName).replace(/Command$/, ""));
    return next(args);
  });

const sent: Record<string, readonly string[]> = {};
const bytes: Record<string, number> = {};

beforeAll(async () => {
  for (const [operation, run] of Object.entries(OPERATIONS)) {
    asked.length = 0;
    await run();
    sent[operation] = [...asked];
  }
  const [last, ...others] = (await Promise.all([0, 1, 2, 3].map(() => places.enter("full")))) as Visit[];
  for (const one of others) expect(await one.stay()).toBe(true);
  asked.length = 0;
  await last?.stay();
  sent["receivers.refuse"] = [...asked];
  const { Items = [] } = await table.client.send(new ScanCommand({ TableName: table.tableName }));
  for (const item of Items) bytes[item.sk?.S ?? ""] = itemBytes(item);
});

describe("the table of requests", () => {
  it("is what the adapters send to AWS for each operation", () => {
    const outside: Operation[] = ["carrier.placeCall", "carrier.findCall", "sender.send"];
    const expected = Object.entries(REQUESTS).map(([operation, { commands }]) => [operation, commands]);
    expect({ ...sent, ...Object.fromEntries(outside.map((name) => [name, []])) }).toEqual(Object.fromEntries(expected));
  });

  it("counts the units that items of an ordinary call take to write and to read", () => {
    const kinds = Object.fromEntries(Object.keys(ITEM_BYTES).map((kind) => [kind, bytes[kind] ?? Number.NaN]));
    const rounded = Object.entries(kinds).map(([kind, size]) => [kind, Math.ceil(size / 100) * 100]);
    expect(Object.fromEntries(rounded)).toEqual(ITEM_BYTES);
    const written = (...sizes: (number | undefined)[]) =>
      sizes.reduce((sum: number, size = Number.NaN) => sum + Math.ceil(size / 1024), 0);
    expect(REQUESTS["calls.add"].writeUnits).toBe(written(kinds.spec));
    expect(REQUESTS["calls.save"].writeUnits).toBe(written(kinds.state));
    expect(REQUESTS["deliveries.add"].writeUnits).toBe(written(kinds.callback));
    expect(Math.max(...Object.values(bytes))).toBeLessThanOrEqual(4096);
  });
});
