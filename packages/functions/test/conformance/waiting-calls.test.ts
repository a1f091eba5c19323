import { randomUUID } from "node:crypto";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { waitingCallStore } from "../../src/dynamodb/waiting-calls.ts";
import type { WaitingCallItem, WaitingCalls } from "../../src/ports/waiting-calls.ts";
import { FakeWaitingCalls } from "../../testing/loops.ts";
import { startTable } from "./local-cloud.ts";

const NOW_MS = 1_767_225_600_000;

const item = (afterMs: number): WaitingCallItem => ({
  tid: randomUUID(),
  notBeforeMs: NOW_MS + afterMs,
  sealedCredential: "sealed",
});

describe.each<{ name: string; start: () => Promise<WaitingCalls> }>([
  { name: "the fake", start: async () => new FakeWaitingCalls().portFor() },
  { name: "the table", start: async () => waitingCallStore(await startTable()) },
])("$name, as the calls that wait", ({ start }) => {
  let waiting: WaitingCalls;
  let owner: string;
  beforeAll(async () => {
    waiting = await start();
  });
  beforeEach(() => {
    owner = `app:${randomUUID()}`;
  });

  it("has no items for an unknown owner", async () => {
    expect(await waiting.list(owner, { limit: 10 })).toEqual([]);
  });

  it("lists them whole by their times, and each owner's own", async () => {
    const [late, early, later] = [item(60_000), item(0), item(86_400_000)] as const;
    for (const one of [late, early, later]) await waiting.add(owner, one);
    await waiting.add(`${owner} of another`, item(0));
    expect(await waiting.list(owner, { limit: 10 })).toStrictEqual([early, late, later]);
  });

  it("lists no more than was asked for, the first ones", async () => {
    const items = [0, 1, 2, 3].map((second) => item(second * 1_000));
    for (const one of items) await waiting.add(owner, one);
    expect(await waiting.list(owner, { limit: 2 })).toStrictEqual(items.slice(0, 2));
  });

  it("has a call once for each of its times, however often it is added", async () => {
    const one = item(0);
    await waiting.add(owner, one);
    await waiting.add(owner, one);
    const again = { ...one, notBeforeMs: NOW_MS + 2_000 };
    await waiting.add(owner, again);
    expect(await waiting.list(owner, { limit: 10 })).toStrictEqual([one, again]);
  });

  it("lists those of each priority by themselves, each by its times", async () => {
    const [soon, now] = [item(60_000), item(0)];
    const high = [0, 1_000, 60_000].map((afterMs) => ({ ...item(afterMs), priority: "high" as const }));
    const low = { ...now, tid: randomUUID(), priority: "low" as const };
    for (const one of [soon, low, ...high.toReversed(), now]) await waiting.add(owner, one);
    expect(await waiting.list(owner, { limit: 9 })).toStrictEqual([now, soon]);
    expect(await waiting.list(owner, { limit: 9, priority: "normal" })).toStrictEqual([now, soon]);
    expect(await waiting.list(owner, { limit: 9, priority: "low" })).toStrictEqual([low]);
    expect(await waiting.list(owner, { limit: 2, priority: "high" })).toStrictEqual(high.slice(0, 2));
    for (const one of [low, ...high.slice(1)]) await waiting.remove(owner, one);
    expect(await waiting.list(owner, { limit: 9, priority: "low" })).toEqual([]);
    expect(await waiting.list(owner, { limit: 9, priority: "high" })).toStrictEqual(high.slice(0, 1));
    expect(await waiting.list(owner, { limit: 9 })).toHaveLength(2);
  });

  it("leaves an item that was written anew since it was listed", async () => {
    const first = { ...item(0), writtenBy: "step 1" };
    const second = { ...first, writtenBy: "step 2" };
    await waiting.add(owner, first);
    await waiting.addAll(owner, [second]);
    const { writtenBy: _, ...unwritten } = first;
    for (const one of [first, unwritten]) await waiting.remove(owner, one);
    expect(await waiting.list(owner, { limit: 9 })).toStrictEqual([second]);
    for (let time = 0; time < 2; time += 1) await waiting.remove(owner, second);
    expect(await waiting.list(owner, { limit: 9 })).toEqual([]);
  });

  it("takes many at once, also calls of batches, and again", async () => {
    const items = Array.from({ length: 30 }, (_, index) => {
      const batch = { id: randomUUID(), index };
      return { ...item(index * 1_000), sealedCredential: "", ...(index % 2 === 0 && { batch }) };
    });
    await waiting.addAll(owner, items);
    await waiting.addAll(owner, items.slice(0, 2));
    expect(await waiting.list(owner, { limit: 100 })).toStrictEqual(items);
  });

  it("removes only the given item", async () => {
    const [one, other] = [item(0), item(1_000)];
    for (const each of [one, other]) await waiting.add(owner, each);
    await waiting.remove(owner, one);
    await waiting.remove(owner, one);
    expect(await waiting.list(owner, { limit: 10 })).toStrictEqual([other]);
  });
});
