import { randomUUID } from "node:crypto";
import { BEHIND_ALL, placeOf } from "@promptcall/core/call/application-list";
import { callIdOf } from "@promptcall/core/call/batch";
import { accept } from "@promptcall/core/call/evolve";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { applicationListStore } from "../../src/dynamodb/application-lists.ts";
import { batchStore } from "../../src/dynamodb/batches.ts";
import { callStore } from "../../src/dynamodb/call-store.ts";
import { callbackStore } from "../../src/dynamodb/callback-store.ts";
import type { ApplicationLists } from "../../src/ports/application-lists.ts";
import type { Batches } from "../../src/ports/batches.ts";
import type { CallStore } from "../../src/ports/call-store.ts";
import type { CallbackStore } from "../../src/ports/callback-store.ts";
import { FakeTable } from "../../testing/table.ts";
import { after, at, claim, report, spec } from "../given.ts";
import { startTable } from "./local-cloud.ts";

interface Subject {
  readonly calls: CallStore;
  readonly batches: Batches;
  readonly deliveries: CallbackStore;
  readonly lists: ApplicationLists;
}

describe.each<{ name: string; start: () => Promise<Subject> }>([
  {
    name: "the fake",
    async start() {
      const table = new FakeTable();
      const [calls, batches] = [table.calls(), table.batches()];
      return { calls, batches, deliveries: table.callbacks(), lists: table.applicationLists() };
    },
  },
  {
    name: "the table",
    async start() {
      const table = await startTable();
      const [calls, batches] = [callStore(table), batchStore(table)];
      return { calls, batches, deliveries: callbackStore(table), lists: applicationListStore(table) };
    },
  },
])("$name, as the lists of what an application was accepted", ({ start }) => {
  let subject: Subject;
  let applicationId: string;
  beforeAll(async () => {
    subject = await start();
  });
  beforeEach(() => {
    applicationId = randomUUID();
  });

  const call = (second: number, changes: Parameters<typeof spec>[0] = {}) =>
    spec({ tid: randomUUID(), applicationId, acceptedAt: at(second), ...changes });
  const batch = (second: number) => ({
    id: randomUUID(),
    applicationId,
    count: 3,
    acceptedAt: at(second),
    firstDialAt: at(second),
    lastDialAt: at(second),
  });
  const newest = async (of: "calls" | "batches", { before = BEHIND_ALL, most = 100, id = applicationId } = {}) =>
    await subject.lists.newest({ applicationId: id, of, before, most });

  it("have calls that came alone, the newest first, and none of a batch or of others", async () => {
    const alone = [call(1), call(2), call(3)];
    const batchId = randomUUID();
    const ofBatch = call(4, { tid: callIdOf({ batchId, index: 0 }), batch: { id: batchId, index: 0 } });
    await subject.calls.add([...alone, ofBatch, call(5, { applicationId: randomUUID() })]);
    const places = alone.map(({ tid, acceptedAt }) => placeOf({ id: tid, acceptedAt })).reverse();
    expect(await newest("calls")).toEqual(places);
    expect(await newest("calls", { most: 2 })).toEqual(places.slice(0, 2));
    expect(await newest("calls", { before: places[0] })).toEqual(places.slice(1));
    expect(await newest("calls", { id: applicationId.toUpperCase() })).toEqual(places);
    expect(await newest("batches")).toEqual([]);
  });

  it("keep a call where it is, whatever becomes of it", async () => {
    const one = call(1);
    await subject.calls.add([one]);
    const before = await newest("calls");
    const ended = after(accept(one), claim(2), report(3, { type: "leg", status: "busy" }));
    await subject.calls.save({ call: ended, version: 1 });
    await subject.calls.eraseWords(one.tid);
    expect(await newest("calls")).toEqual(before);
  });

  it("have each batch once, with the number of its calls, however often it was added", async () => {
    const [one, other] = [batch(1), batch(2)];
    for (const added of [one, other, one]) await subject.batches.add(added);
    await subject.batches.end(one.id, "cancelled");
    expect(await newest("batches")).toEqual([placeOf(other), placeOf(one)]);
  });

  it("are read with the deliveries of their calls, where there are any", async () => {
    const [one, other] = [randomUUID(), randomUUID()];
    const attempt = { attempt: 1, at: at(9), answer: 503, durationMs: 5 };
    await subject.deliveries.add(one, attempt, "parked");
    const found = await subject.deliveries.find([one, other]);
    expect([...found]).toEqual([[one, { attempts: [attempt], state: "parked" }]]);
  });
});
