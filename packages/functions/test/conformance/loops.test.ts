import { randomUUID } from "node:crypto";
import { type Loop, newLoop } from "@promptcall/core/dialing/loop";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { loopStore } from "../../src/dynamodb/loops.ts";
import type { Loops } from "../../src/ports/loops.ts";
import { FakeLoops } from "../../testing/loops.ts";
import { startTable } from "./local-cloud.ts";

const DUE_MS = 1_767_225_600_000;

const whole = (changes: Partial<Loop> = {}): Loop => ({
  ...newLoop(30),
  version: 1,
  step: 7,
  claimedBy: "somebody",
  dueMs: DUE_MS,
  freeMs: DUE_MS - 1_028,
  paceChangedAtMs: DUE_MS,
  refusedAtMs: DUE_MS,
  refusals: 2,
  recentMs: [DUE_MS - 300],
  batches: { [randomUUID()]: { from: 3, count: 10_000, startMs: DUE_MS, expiryMs: DUE_MS + 1, paused: true } },
  ...changes,
});

describe.each<{ name: string; start: () => Promise<Loops> }>([
  { name: "the fake", start: async () => new FakeLoops().portFor() },
  { name: "the table", start: async () => loopStore(await startTable()) },
])("$name, as the dial loops", ({ start }) => {
  let loops: Loops;
  let owner: string;
  beforeAll(async () => {
    loops = await start();
  });
  beforeEach(() => {
    owner = `app:${randomUUID()}`;
  });

  it("returns a resting loop at the default pace for an unknown owner", async () => {
    expect(await loops.read(owner)).toStrictEqual(newLoop());
  });

  it("gives back whole what was written, each by its owner", async () => {
    const next = whole();
    expect(await loops.write(owner, { seen: newLoop(), next })).toBe(true);
    expect(await loops.read(owner)).toStrictEqual(next);
    expect(await loops.read("app:another")).toStrictEqual(newLoop());
  });

  it("removes fields that the next loop lacks", async () => {
    await loops.write(owner, { seen: newLoop(), next: whole() });
    const rested = { ...newLoop(), version: 2 };
    await loops.write(owner, { seen: whole(), next: rested });
    expect(await loops.read(owner)).toStrictEqual(rested);
  });

  it("takes one of many writes over the same version", async () => {
    const writes = Array.from({ length: 10 }, (_, index) =>
      loops.write(owner, { seen: newLoop(), next: whole({ claimedBy: `writer ${index}` }) }),
    );
    const written = await Promise.all(writes);
    expect(written.filter(Boolean)).toHaveLength(1);
    expect((await loops.read(owner)).claimedBy).toBe(`writer ${written.indexOf(true)}`);
    expect(await loops.write(owner, { seen: newLoop(), next: whole() })).toBe(false);
  });

  it("counts every arrival, whatever is written meanwhile", async () => {
    await loops.write(owner, { seen: newLoop(), next: whole(), arrives: "normal" });
    const arrived = await Promise.all(
      Array.from({ length: 10 }, () => loops.arrive(owner, { dueByMs: DUE_MS, priority: "normal" })),
    );
    expect(arrived).toEqual(new Array(10).fill(true));
    await loops.write(owner, { seen: whole(), next: whole({ version: 2 }), arrives: "normal" });
    expect(await loops.read(owner)).toMatchObject({ version: 2, arrivals: 12 });
  });

  it("counts the arrivals of each priority among all, and writes none of these counts", async () => {
    await loops.write(owner, { seen: newLoop(), next: whole(), arrives: "high" });
    for (const priority of ["high", "normal", "low"] as const) await loops.arrive(owner, { dueByMs: DUE_MS, priority });
    const seen = await loops.read(owner);
    expect(seen).toMatchObject({ arrivals: 4, arrivalsHigh: 2, arrivalsLow: 1 });
    const next = { ...seen, version: 2, arrivals: 0, arrivalsHigh: 0, departuresHigh: 2, departuresLow: -1 };
    await loops.arrive(owner, { dueByMs: DUE_MS, priority: "low" });
    expect(await loops.write(owner, { seen, next })).toBe(true);
    const { arrivalsHigh: _high, arrivalsLow: _low, ...written } = next;
    expect(await loops.read(owner)).toStrictEqual({ ...written, arrivals: 5, arrivalsHigh: 2, arrivalsLow: 2 });
  });

  it("counts an arrival only if a step comes early enough for it", async () => {
    expect(await loops.arrive(owner, { dueByMs: DUE_MS, priority: "normal" })).toBe(false);
    await loops.write(owner, { seen: newLoop(), next: whole() });
    expect(await loops.arrive(owner, { dueByMs: DUE_MS - 1, priority: "normal" })).toBe(false);
    expect(await loops.read(owner)).toMatchObject({ arrivals: 0 });
  });

  it("goes to rest only over the arrivals that were seen", async () => {
    const seen = whole();
    await loops.write(owner, { seen: newLoop(), next: seen });
    await loops.arrive(owner, { dueByMs: DUE_MS, priority: "normal" });
    const next = whole({ version: 2 });
    expect(await loops.write(owner, { seen, next, overArrivals: true })).toBe(false);
    expect(await loops.write(owner, { seen: { ...seen, arrivals: 1 }, next, overArrivals: true })).toBe(true);
  });
});
