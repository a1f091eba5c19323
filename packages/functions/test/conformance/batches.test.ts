import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { batchStore } from "../../src/dynamodb/batches.ts";
import { UnknownBatchError } from "../../src/errors.ts";
import type { Batches, BatchRecord } from "../../src/ports/batches.ts";
import { FakeTable } from "../../testing/table.ts";
import { at } from "../given.ts";
import { startTable } from "./local-cloud.ts";

const given = (changes: Partial<BatchRecord> = {}): BatchRecord => ({
  id: randomUUID(),
  applicationId: "app",
  count: 10_000,
  acceptedAt: at(0),
  firstDialAt: at(60),
  lastDialAt: at(3_600),
  ...changes,
});

describe.each<{ name: string; start: () => Promise<Batches> }>([
  { name: "the fake", start: async () => new FakeTable().batches() },
  { name: "the table", start: async () => batchStore(await startTable()) },
])("$name, as the record of batches", ({ start }) => {
  let batches: Batches;
  beforeAll(async () => {
    batches = await start();
  });

  it("gives back whole what was added, each by its id", async () => {
    const [one, other] = [given(), given({ count: 1, applicationId: "another" })];
    await batches.add(one);
    await batches.add(other);
    expect(await batches.find(one.id)).toStrictEqual(one);
    expect(await batches.find(other.id)).toStrictEqual(other);
  });

  it("returns undefined for an unknown batch", async () => {
    expect(await batches.find(randomUUID())).toBeUndefined();
  });

  it("stores a batch once, however often it is added", async () => {
    const batch = given();
    await batches.add(batch);
    await batches.add(batch);
    expect(await batches.find(batch.id)).toStrictEqual(batch);
  });

  it("returns copies, and stores a copy", async () => {
    const batch = given();
    const own = structuredClone(batch);
    await batches.add(own);
    for (const one of [own, await batches.find(batch.id)]) Object.assign(one ?? {}, { count: 0 });
    expect(await batches.find(batch.id)).toStrictEqual(batch);
  });

  it("keeps what was written first of a batch that is added again", async () => {
    const batch = given();
    await batches.add(batch);
    await batches.end(batch.id, "cancelled");
    await batches.add(batch);
    expect(await batches.find(batch.id)).toStrictEqual({ ...batch, over: "cancelled" });
  });

  it("ends a batch once: the first reason stands, whoever comes after", async () => {
    const batch = given();
    await batches.add(batch);
    const reasons = ["cancelled", "credential_rejected", "expired", "cancelled"] as const;
    const standing = new Set(await Promise.all(reasons.map((reason) => batches.end(batch.id, reason))));
    expect([...standing]).toEqual([(await batches.find(batch.id))?.over]);
  });

  it("records that a batch is paused, and that it is resumed", async () => {
    const batch = given();
    await batches.add(batch);
    for (const isPaused of [true, true]) await batches.pause(batch.id, isPaused);
    expect(await batches.find(batch.id)).toStrictEqual({ ...batch, paused: true });
    for (const isPaused of [false, false]) await batches.pause(batch.id, isPaused);
    expect(await batches.find(batch.id)).toStrictEqual(batch);
  });

  it("is given what a batch from before there were loops lacks, and changes no other field", async () => {
    const batch = given();
    await batches.add(batch);
    const missing = { owner: "app:app", expiresAt: at(900), sealedCredential: "sealed" };
    await batches.adopt(batch.id, missing);
    await batches.adopt(batch.id, { ...missing, owner: "account:other" });
    expect(await batches.find(batch.id)).toStrictEqual({ ...batch, ...missing });
  });

  it("adds to a batch from before there were loops what it lacks, when its request is repeated", async () => {
    const older = given();
    await batches.add(older);
    const missing = { owner: "app:app", expiresAt: at(900), sealedCredential: "sealed" };
    await batches.add({ ...older, ...missing, acceptedAt: at(5) });
    expect(await batches.find(older.id)).toStrictEqual({ ...older, ...missing });
    await batches.add({ ...older, owner: "account:other", expiresAt: at(1), sealedCredential: "other" });
    expect(await batches.find(older.id)).toStrictEqual({ ...older, ...missing });
  });

  it("erases the credential of a batch, which a repeated request does not bring back", async () => {
    const batch = { ...given(), owner: "app:app", expiresAt: at(900), sealedCredential: "sealed" };
    await batches.add(batch);
    await batches.eraseCredential(batch.id);
    await batches.add(batch);
    expect(await batches.find(batch.id)).toStrictEqual({ ...batch, sealedCredential: "" });
  });

  it.each([
    ["rid of its credential", (id: string) => batches.eraseCredential(id)],
    ["ended", (id: string) => batches.end(id, "cancelled")],
    ["paused", (id: string) => batches.pause(id, true)],
    ["adopted", (id: string) => batches.adopt(id, { owner: "a", expiresAt: at(1), sealedCredential: "s" })],
  ])("cannot have a batch %s that it does not know", async (_, change) => {
    await expect(change(randomUUID())).rejects.toBeInstanceOf(UnknownBatchError);
  });
});
