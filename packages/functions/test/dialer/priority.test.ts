import { newLoop } from "@promptcall/core/dialing/loop";
import { describe, expect, it, vi } from "vitest";
import { dialer } from "../../src/dialer/dial.ts";
import { ensureStep } from "../../src/dialing/ensure-step.ts";
import { giveBack } from "../../src/dialing/give-back.ts";
import { pause } from "../../src/dialing/pause.ts";
import { BATCH_ID, batchFixture, numberAt, OWNER, tidsOf } from "../batch-given.ts";
import { at, CREDENTIAL, spec, TID } from "../given.ts";
import { queuedFixture } from "./given.ts";

const ms = (second: number) => Date.parse(at(second));

type Fixture = Awaited<ReturnType<typeof batchFixture>>;
const called = ({ carrier }: Pick<Fixture, "carrier">) => carrier.placed.map(({ call }) => call.to);

const PEOPLE = {
  high: { tid: "00000000-0000-4000-8000-00000000000a", to: "447700900001" },
  normal: { tid: "00000000-0000-4000-8000-00000000000b", to: "447700900002" },
  low: { tid: "00000000-0000-4000-8000-00000000000c", to: "447700900003" },
} as const;

/** A single call of this priority that waits beside a batch. */
async function waits(fixture: Fixture, which: keyof typeof PEOPLE) {
  const { tid, to } = PEOPLE[which];
  const said = which === "normal" ? {} : { priority: which };
  await fixture.calls.add([spec({ tid, to, expiresAt: at(3_600), ...said })]);
  const sealedCredential = await fixture.seal.seal(CREDENTIAL, tid);
  const item = { tid, notBeforeMs: ms(-1), sealedCredential, ...said };
  await fixture.waiting.add(OWNER, item);
  await ensureStep({ owner: OWNER, atMs: ms(0), arrives: item }, fixture);
}

async function steps(fixture: Fixture, count: number) {
  for (let taken = 0; taken < count; taken += 1) {
    const { dueMs, step } = await fixture.loops.read(OWNER);
    if (dueMs === undefined) return;
    fixture.clock.set(new Date(Math.max(dueMs - 400, fixture.clock.now().getTime())).toISOString());
    await dialer(fixture)({ ...fixture.message, n: step });
  }
}

describe("a step", () => {
  it("reads one list where no call has a priority", async () => {
    const fixture = await batchFixture();
    await waits(fixture, "normal");
    const list = vi.spyOn(fixture.waiting, "list");
    await steps(fixture, 3);
    expect(list.mock.calls.map(([, { priority }]) => priority)).toEqual(["normal", "normal", "normal"]);
    expect(await fixture.loops.read(OWNER)).not.toHaveProperty("departuresHigh");
  });

  it("dials the urgent call first and the patient one last, and then reads one list again", async () => {
    const fixture = await batchFixture({ count: 4 });
    for (const which of ["low", "normal", "high"] as const) await waits(fixture, which);
    await steps(fixture, 1);
    expect(called(fixture)[0]).toBe(PEOPLE.high.to);
    await steps(fixture, 9);
    expect(called(fixture).at(-1)).toBe(PEOPLE.low.to);
    expect(called(fixture)).toHaveLength(7);
    expect((await fixture.loops.read(OWNER)).dueMs).toBeUndefined();
    // The last step has seen the patient call's item; the next one sees that none is there.
    const list = vi.spyOn(fixture.waiting, "list");
    for (let step = 0; step < 2; step += 1) {
      await ensureStep({ owner: OWNER, atMs: fixture.clock.now().getTime() }, fixture);
      await steps(fixture, 1);
    }
    expect(list.mock.calls.map(([, { priority }]) => priority)).toEqual(["normal", "low", "normal"]);
    const counts = { arrivals: 3, arrivalsHigh: 1, departuresHigh: 1, arrivalsLow: 1, departuresLow: 1 };
    expect(await fixture.loops.read(OWNER)).toMatchObject(counts);
    for (const priority of ["high", "normal", "low"] as const)
      expect(await fixture.waiting.list(OWNER, { limit: 9, priority })).toEqual([]);
  });

  it("has a call of a batch wait for its hours at its own priority", async () => {
    const fixture = await batchFixture({ count: 3 });
    const [tid = ""] = tidsOf(0, 1);
    const localTime = { zones: ["Etc/UTC"], from: "12:10", to: "20:00" };
    const batch = { id: BATCH_ID, index: 0 };
    await fixture.calls.rewrite(
      spec({ tid, to: numberAt(0), batch, expiresAt: at(3_600), localTime, priority: "high" }),
    );
    await steps(fixture, 1);
    const listed = await fixture.waiting.list(OWNER, { limit: 9, priority: "high" });
    expect(listed).toMatchObject([{ tid, notBeforeMs: ms(600), batch, priority: "high" }]);
    await steps(fixture, 9);
    expect(called(fixture)).toEqual([1, 2, 0].map(numberAt));
  });
});

describe("a call that was not dialed", () => {
  it("waits again at its priority", async () => {
    const outcome = { kind: "try_again", why: "429", throttled: true } as const;
    const fixture = await queuedFixture({ outcome, asked: spec({ priority: "high" }) });
    await dialer(fixture)(fixture.message);
    expect(await fixture.waiting.list(OWNER, { limit: 9, priority: "high" })).toMatchObject([{ tid: TID }]);
    expect(await fixture.loops.read(OWNER)).toMatchObject({ arrivals: 1, arrivalsHigh: 1 });
  });

  it("waits at its priority where its message came too late, and nothing has room", async () => {
    const fixture = await queuedFixture({ asked: spec({ priority: "low" }) });
    const seen = await fixture.loops.read(OWNER);
    await fixture.loops.write(OWNER, { seen, next: { ...newLoop(), version: 1, dueMs: ms(61), served: -1 } });
    fixture.clock.set(at(60));
    await dialer(fixture)(fixture.message);
    expect(await fixture.waiting.list(OWNER, { limit: 9, priority: "low" })).toMatchObject([{ tid: TID }]);
    expect(await fixture.loops.read(OWNER)).toMatchObject({ arrivals: 1, arrivalsLow: 1 });
  });

  it("goes back to its batch with the priorities of that, where it has left the loop; and so does one in a pause", async () => {
    const priorities = { highTo: 2, lowFrom: 3 };
    const { batches: _left, ...rest } = newLoop();
    const fixture = await batchFixture({ count: 4, loop: { ...rest, version: 1, batches: {} } });
    const record = await fixture.batches.find(BATCH_ID);
    if (record === undefined) throw new Error("the batch is not on record");
    const batch = { ...record, ...priorities, holds: true as const };
    vi.spyOn(fixture.batches, "find").mockResolvedValue(batch);
    const [tid = ""] = tidsOf(3, 4);
    const origin = { kind: "batch", batchId: BATCH_ID, index: 3 } as const;
    await giveBack({ tid, owner: OWNER, origin, notBeforeMs: ms(0) }, fixture);
    expect((await fixture.loops.read(OWNER)).batches[BATCH_ID]).toMatchObject({ from: 3, ...priorities });
    const seen = await fixture.loops.read(OWNER);
    await fixture.loops.write(OWNER, { seen, next: { ...seen, version: seen.version + 1, batches: {} } });
    await pause({ batch, owner: OWNER }, fixture);
    expect((await fixture.loops.read(OWNER)).batches[BATCH_ID]).toMatchObject({ from: 0, paused: true, ...priorities });
  });
});
