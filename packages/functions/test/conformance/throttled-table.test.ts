import { randomUUID } from "node:crypto";
import { expect, it } from "vitest";
import { callStore } from "../../src/dynamodb/call-store.ts";
import { spec } from "../given.ts";
import { startTable } from "./local-cloud.ts";

it("stores all calls of a batch though the table has room for a third of them in a second, and reads them all", async () => {
  const store = callStore(await startTable({ throughput: { readUnitsPerSecond: 800, writeUnitsPerSecond: 250 } }));
  const tids = Array.from({ length: 800 }, () => randomUUID());
  const startedAtMs = performance.now();
  await store.add(tids.map((tid) => spec({ tid })));
  expect(performance.now() - startedAtMs).toBeGreaterThan(2_000);
  expect([...(await store.find(tids)).keys()].toSorted()).toEqual(tids.toSorted());
});
