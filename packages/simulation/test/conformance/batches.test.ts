import { randomUUID } from "node:crypto";
import { batchStore } from "@promptcall/functions/adapters/batches";
import type { Batches, BatchRecord } from "@promptcall/functions/ports";
import { beforeAll, describe, expect, it } from "vitest";
import { at } from "../../../functions/test/given.ts";
import { Table } from "../../src/twins/table.ts";
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
  { name: "the twin", start: async () => new Table().batches() },
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

  it("knows nothing of a batch that was never added", async () => {
    expect(await batches.find(randomUUID())).toBeUndefined();
  });

  it("has the same batch once, however often it is added", async () => {
    const batch = given();
    await batches.add(batch);
    await batches.add(batch);
    expect(await batches.find(batch.id)).toStrictEqual(batch);
  });

  it("hands out copies, and keeps one of what it was given", async () => {
    const batch = given();
    const own = structuredClone(batch);
    await batches.add(own);
    for (const one of [own, await batches.find(batch.id)]) Object.assign(one ?? {}, { count: 0 });
    expect(await batches.find(batch.id)).toStrictEqual(batch);
  });
});
