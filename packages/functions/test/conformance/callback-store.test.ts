import { randomUUID } from "node:crypto";
import type { DeliveryAttempt } from "@promptcall/core/contracts/records/callback";
import { beforeAll, describe, expect, it } from "vitest";
import { callbackStore } from "../../src/dynamodb/callback-store.ts";
import type { CallbackStore } from "../../src/ports/callback-store.ts";
import { FakeTable } from "../../testing/table.ts";
import { at } from "../given.ts";
import { startTable } from "./local-cloud.ts";

const made = (attempt: number, more: Partial<DeliveryAttempt> = {}): DeliveryAttempt => ({
  attempt,
  at: at(attempt),
  answer: 503,
  durationMs: 12,
  ...more,
});

describe.each<{ name: string; start: () => Promise<CallbackStore> }>([
  { name: "the fake", start: async () => new FakeTable().callbacks() },
  { name: "the table", start: async () => callbackStore(await startTable()) },
  { name: "the fake for batches", start: async () => new FakeTable().batchCallbacks() },
  { name: "the table for batches", start: async () => callbackStore({ ...(await startTable()), of: "batch" }) },
])("$name, as a store of callbacks", ({ start }) => {
  let deliveries: CallbackStore;
  beforeAll(async () => {
    deliveries = await start();
  });

  it("returns an empty record for an unknown call", async () => {
    expect(await deliveries.read(randomUUID())).toStrictEqual({ attempts: [], state: "pending" });
  });

  it("gives back the attempts whole, in the order in which they were added", async () => {
    const tid = randomUUID();
    const attempts = [made(2, { answer: "ECONNREFUSED", durationMs: 0.5 }), made(1), made(3, { retryAfterSeconds: 7 })];
    for (const attempt of attempts) await deliveries.add(tid, attempt, "pending");
    expect(await deliveries.read(tid)).toStrictEqual({ attempts, state: "pending" });
  });

  it("gives back what was absent as absent", async () => {
    const tid = randomUUID();
    await deliveries.add(tid, { ...made(1), retryAfterSeconds: undefined } as never, "pending");
    expect(await deliveries.read(tid)).toStrictEqual({ attempts: [made(1)], state: "pending" });
  });

  it.each([
    ["pending", "delivered"],
    ["pending", "parked"],
    ["parked", "delivered"],
    ["delivered", "pending"],
  ] as const)("after %s then %s is in the state last written", async (first, last) => {
    const tid = randomUUID();
    await deliveries.add(tid, made(1), first);
    await deliveries.add(tid, made(2), last);
    expect(await deliveries.read(tid)).toEqual({ attempts: [made(1), made(2)], state: last });
  });

  it("stays delivered whatever state comes later, and says so when an attempt is added", async () => {
    const tid = randomUUID();
    const delivered = { ...made(1), answer: 204 };
    expect(await deliveries.add(tid, delivered, "delivered")).toEqual({ attempts: [delivered], state: "delivered" });
    const both = { attempts: [delivered, made(1)], state: "delivered" };
    expect(await deliveries.add(tid, made(1), "parked")).toEqual(both);
    expect(await deliveries.read(tid)).toEqual(both);
  });

  it("keeps the same attempt twice when it is added twice", async () => {
    const tid = randomUUID();
    for (const state of ["pending", "delivered"] as const) await deliveries.add(tid, made(1), state);
    expect(await deliveries.read(tid)).toEqual({ attempts: [made(1), made(1)], state: "delivered" });
  });

  it("loses none of many that are added at once", async () => {
    const tid = randomUUID();
    const attempts = Array.from({ length: 20 }, (_, index) => made(index + 1));
    await Promise.all(attempts.map((attempt) => deliveries.add(tid, attempt, "pending")));
    const record = await deliveries.read(tid);
    expect(record.attempts.toSorted((one, other) => one.attempt - other.attempt)).toEqual(attempts);
    expect(record.state).toBe("pending");
  });

  it("returns those of many calls that have a delivery attempt", async () => {
    const tids = Array.from({ length: 130 }, () => randomUUID());
    const tried = tids.filter((_, index) => index % 40 === 0);
    for (const tid of tried) await deliveries.add(tid, made(1), "pending");
    expect(await deliveries.deliveryAttempted(tids)).toEqual(new Set(tried));
    expect(await deliveries.deliveryAttempted([])).toEqual(new Set());
  });

  it("keeps calls apart", async () => {
    const [one, other] = [randomUUID(), randomUUID()];
    await deliveries.add(one, made(1), "delivered");
    expect(await deliveries.read(other)).toEqual({ attempts: [], state: "pending" });
  });
});

describe.each<{ name: string; start: () => Promise<Record<"call" | "batch", CallbackStore>> }>([
  {
    name: "the fake",
    async start() {
      const table = new FakeTable();
      return { call: table.callbacks(), batch: table.batchCallbacks() };
    },
  },
  {
    name: "the table",
    async start() {
      const table = await startTable();
      return { call: callbackStore(table), batch: callbackStore({ ...table, of: "batch" }) };
    },
  },
])("$name", ({ start }) => {
  it("keeps what became of a call's result apart from what became of a batch's counts, whatever their ids", async () => {
    const { call, batch } = await start();
    const id = randomUUID();
    await call.add(id, made(1), "parked");
    expect(await batch.read(id)).toEqual({ attempts: [], state: "pending" });
    await batch.add(id, made(2), "delivered");
    expect([(await call.read(id)).state, (await batch.read(id)).state]).toEqual(["parked", "delivered"]);
  });
});
