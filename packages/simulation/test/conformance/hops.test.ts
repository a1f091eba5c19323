import { randomUUID } from "node:crypto";
import { hopStore } from "@promptcall/functions/adapters/hops";
import type { Hops } from "@promptcall/functions/ports/hops";
import { beforeAll, describe, expect, it } from "vitest";
import { Table } from "../../src/twins/table.ts";
import { startTable } from "./local-cloud.ts";

describe.each<{ name: string; start: () => Promise<Hops> }>([
  { name: "the twin", start: async () => new Table().hops() },
  { name: "the table", start: async () => hopStore(await startTable()) },
])("$name, as a memory of hops", ({ start }) => {
  let hops: Hops;
  beforeAll(async () => {
    hops = await start();
  });

  it("has none of a message it has not heard of", async () => {
    expect(await hops.made(randomUUID())).toBe(0);
  });

  it("tells at once how far a message got", async () => {
    const key = randomUUID();
    for (const made of [1, 2, 5]) {
      await hops.make(key, made);
      expect(await hops.made(key)).toBe(made);
    }
  });

  it.each([2, 1, 0])("does not go back from 2 hops to %i", async (fewer) => {
    const key = randomUUID();
    await hops.make(key, 2);
    await hops.make(key, fewer);
    expect(await hops.made(key)).toBe(2);
  });

  it("keeps the furthest of many that are made at once", async () => {
    const key = randomUUID();
    await Promise.all([7, 20, 3, 19, 1, 12, 20, 5].map((made) => hops.make(key, made)));
    expect(await hops.made(key)).toBe(20);
  });

  it("keeps messages apart", async () => {
    const [one, other] = [randomUUID(), randomUUID()];
    await hops.make(one, 3);
    expect([await hops.made(one), await hops.made(other)]).toEqual([3, 0]);
  });
});
