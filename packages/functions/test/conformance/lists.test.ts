import { randomUUID } from "node:crypto";
import { callIdOf } from "@promptcall/core/call/batch";
import { accept } from "@promptcall/core/call/evolve";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { callStore } from "../../src/dynamodb/call-store.ts";
import { listStore } from "../../src/dynamodb/lists.ts";
import type { Lists } from "../../src/ports/batches.ts";
import type { CallStore } from "../../src/ports/call-store.ts";
import { FakeTable } from "../../testing/table.ts";
import { after, at, claim, report, spec } from "../given.ts";
import { startTable } from "./local-cloud.ts";

interface Subject {
  readonly calls: CallStore;
  readonly lists: Lists;
}

describe.each<{ name: string; start: () => Promise<Subject> }>([
  {
    name: "the fake",
    async start() {
      const table = new FakeTable();
      return { calls: table.calls(), lists: table.lists() };
    },
  },
  {
    name: "the table",
    async start() {
      const table = await startTable();
      return { calls: callStore(table), lists: listStore(table) };
    },
  },
])("$name, as the lists of what is on record", ({ start }) => {
  let subject: Subject;
  let batchId: string;
  beforeAll(async () => {
    subject = await start();
  });
  beforeEach(() => {
    batchId = randomUUID();
  });

  const asked = (index: number) =>
    spec({ tid: callIdOf({ batchId, index }), batch: { id: batchId, index }, acceptedAt: at(0) });
  const save = async (index: number, ...reported: Parameters<typeof report>[]) => {
    const one = asked(index);
    await subject.calls.add([one]);
    const call = after(accept(one), claim(1), ...reported.map((given) => report(...given)));
    await subject.calls.save({ call, version: 1 });
  };

  it("have nothing of a batch of which no call is completed", async () => {
    await subject.calls.add([asked(0)]);
    await save(1, [2, { type: "dialed", uuid: "u" }]);
    expect(await subject.lists.finishedOf(batchId)).toEqual({ completed: 0, statuses: {}, reasons: {} });
  });

  it("count the completed calls of a batch by status and reason, and know when the last one was", async () => {
    const over = [9, { type: "leg", status: "completed", durationSeconds: 5 }] as const;
    await save(0, [3, { type: "digits", attempt: 1, matched: true }], [...over]);
    await save(1, [3, { type: "digits", attempt: 3, matched: false }], [...over]);
    await save(2, [4, { type: "leg", status: "busy" }]);
    await save(3, [5, { type: "leg", status: "busy" }]);
    await save(4, [2, { type: "dialed", uuid: "u" }]);
    // Customers hear the carrier's detail as the reason.
    await save(5, [6, { type: "leg", status: "failed", detail: "cannot_route" }]);
    await save(6, [7, { type: "leg", status: "failed" }]);
    expect(await subject.lists.finishedOf(batchId)).toEqual({
      completed: 6,
      statuses: { ok: 1, failed: 1, error: 4 },
      reasons: { busy: 2, cannot_route: 1, failed: 1 },
      lastAt: at(9),
    });
  });

  it("keep batches apart, and calls that came alone out of them", async () => {
    await save(0, [4, { type: "leg", status: "busy" }]);
    const alone = spec({ tid: randomUUID() });
    await subject.calls.add([alone]);
    await subject.calls.save({
      call: after(accept(alone), claim(1), report(4, { type: "leg", status: "busy" })),
      version: 1,
    });
    expect((await subject.lists.finishedOf(batchId)).completed).toBe(1);
    expect((await subject.lists.finishedOf(randomUUID())).completed).toBe(0);
  });
});
