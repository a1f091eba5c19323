import { randomUUID } from "node:crypto";
import type { IdempotencyRecord } from "@promptcall/core/acceptance/idempotency";
import { beforeAll, describe, expect, it } from "vitest";
import { idempotencyStore } from "../../src/dynamodb/idempotency.ts";
import type { IdempotencyRecords } from "../../src/ports/idempotency.ts";
import { FakeIdempotencyRecords } from "../../testing/idempotency.ts";
import { at } from "../given.ts";
import { startTable } from "./local-cloud.ts";

const record: IdempotencyRecord = {
  hash: "hash",
  id: randomUUID(),
  acceptedAt: at(0),
  isDone: false,
  leaseUntilMs: Date.parse(at(30)),
  expiresAtMs: Date.parse(at(60)),
};
const placed = { fromMs: 1.5, lastMs: 2, callsPerSecond: 0.75, fits: 3, isAhead: false };

describe.each<{ name: string; start: () => Promise<IdempotencyRecords> }>([
  { name: "the fake", start: async () => new FakeIdempotencyRecords().portFor() },
  { name: "the table", start: async () => idempotencyStore(await startTable()) },
])("$name, as the requests under idempotency keys", ({ start }) => {
  let idempotency: IdempotencyRecords;
  beforeAll(async () => {
    idempotency = await start();
  });
  const given = () => ({ applicationId: randomUUID(), key: "a key\u0000 of any form 🔐" });

  it("return undefined for an unused key", async () => {
    expect(await idempotency.read(given())).toBeUndefined();
  });

  it("return the last write, with the next revision", async () => {
    const name = given();
    expect(await idempotency.write(name, { record, revision: 0 })).toBe(true);
    expect(await idempotency.read(name)).toEqual({ record, revision: 1 });
    expect(await idempotency.write(name, { record: { ...record, placed }, revision: 1 })).toBe(true);
    expect(await idempotency.read(name)).toEqual({ record: { ...record, placed }, revision: 2 });
  });

  it("refuse a write over another revision than the last", async () => {
    const name = given();
    await idempotency.write(name, { record, revision: 0 });
    for (const revision of [0, 2])
      expect(await idempotency.write(name, { record: { ...record, isDone: true }, revision })).toBe(false);
    expect(await idempotency.read(name)).toEqual({ record, revision: 1 });
  });

  it("let exactly one of many begin", async () => {
    const name = given();
    const begun = await Promise.all(Array.from({ length: 10 }, () => idempotency.write(name, { record, revision: 0 })));
    expect(begun.filter(Boolean)).toHaveLength(1);
  });

  it("are separate for each application and key", async () => {
    const name = given();
    await idempotency.write(name, { record, revision: 0 });
    expect(await idempotency.read({ ...name, key: `${name.key}.` })).toBeUndefined();
    expect(await idempotency.read({ ...name, applicationId: randomUUID() })).toBeUndefined();
  });
});
