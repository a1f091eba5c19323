import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { checkpointStore } from "../../src/dynamodb/checkpoints.ts";
import type { Checkpoints } from "../../src/ports/checkpoints.ts";
import { FakeTable } from "../../testing/table.ts";
import { startTable } from "./local-cloud.ts";

describe.each<{ name: string; start: () => Promise<Checkpoints> }>([
  { name: "the fake", start: async () => new FakeTable().checkpoints() },
  { name: "the table", start: async () => checkpointStore(await startTable()) },
])("$name, as a memory of hops", ({ start }) => {
  let checkpoints: Checkpoints;
  beforeAll(async () => {
    checkpoints = await start();
  });

  it("are 0 for an unknown key", async () => {
    expect(await checkpoints.get(randomUUID())).toBe(0);
  });

  it("return at once how far a chain came", async () => {
    const key = randomUUID();
    for (const made of [1, 2, 5]) {
      await checkpoints.advance(key, made);
      expect(await checkpoints.get(key)).toBe(made);
    }
  });

  it.each([2, 1, 0])("do not go back from 2 to %i", async (fewer) => {
    const key = randomUUID();
    await checkpoints.advance(key, 2);
    await checkpoints.advance(key, fewer);
    expect(await checkpoints.get(key)).toBe(2);
  });

  it("keep the furthest of many concurrent writes", async () => {
    const key = randomUUID();
    await Promise.all([7, 20, 3, 19, 1, 12, 20, 5].map((made) => checkpoints.advance(key, made)));
    expect(await checkpoints.get(key)).toBe(20);
  });

  it("tell one of many that it went ahead", async () => {
    const key = randomUUID();
    const told = await Promise.all(Array.from({ length: 8 }, () => checkpoints.advance(key, 3)));
    expect(told.filter(Boolean)).toEqual([true]);
    expect([await checkpoints.advance(key, 2), await checkpoints.advance(key, 4)]).toEqual([false, true]);
  });

  it("keep keys apart", async () => {
    const [one, other] = [randomUUID(), randomUUID()];
    await checkpoints.advance(one, 3);
    expect([await checkpoints.get(one), await checkpoints.get(other)]).toEqual([3, 0]);
  });
});
