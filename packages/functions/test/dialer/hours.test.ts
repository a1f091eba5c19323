import { describe, expect, it, vi } from "vitest";
import { dialer } from "../../src/dialer/dial.ts";
import { endBatch } from "../../src/dialing/end-batch.ts";
import { ensureStep } from "../../src/dialing/ensure-step.ts";
import { pause, resume } from "../../src/dialing/pause.ts";
import { BATCH_ID, batchFixture, numberAt, OWNER, tidsOf } from "../batch-given.ts";
import { at, CREDENTIAL, spec, TID } from "../given.ts";
import { queuedFixture } from "./given.ts";

const ms = (second: number) => Date.parse(at(second));
/** From ten minutes on. */
const SOON = { zones: ["Etc/UTC"], from: "12:10", to: "20:00" };
const OPENS = 600;

type Fixture = Awaited<ReturnType<typeof batchFixture>>;

const called = ({ carrier }: Pick<Fixture, "carrier">) => carrier.placed.map(({ call }) => call.to);
const waits = async ({ waiting }: Pick<Fixture, "waiting">) =>
  (await waiting.list(OWNER, { limit: 100 })).map(({ tid, notBeforeMs, batch }) => ({ tid, notBeforeMs, batch }));

/** The steps that are due up to then. */
async function stepsUntil(fixture: Fixture, second: number) {
  for (;;) {
    const { dueMs, step } = await fixture.loops.read(OWNER);
    if (dueMs === undefined || dueMs > ms(second)) break;
    fixture.clock.set(new Date(Math.max(dueMs - 400, fixture.clock.now().getTime())).toISOString());
    await dialer(fixture)({ ...fixture.message, n: step });
  }
  if (fixture.clock.now().getTime() < ms(second)) fixture.clock.set(at(second));
}

/** A batch in which these calls have hours that are still to come. */
async function batchWith(hours: readonly number[], options: Parameters<typeof batchFixture>[0] = {}) {
  const fixture = await batchFixture({ count: 6, ...options });
  for (const index of hours) {
    const [tid = ""] = tidsOf(index, index + 1);
    const asked = spec({ tid, to: numberAt(index), batch: { id: BATCH_ID, index }, expiresAt: at(3_600) });
    await fixture.calls.rewrite({ ...asked, localTime: SOON });
  }
  return fixture;
}

describe("a call of a batch whose hours are to come", () => {
  it("waits for them by itself, while the others are dialed", async () => {
    const fixture = await batchWith([0, 2]);
    await stepsUntil(fixture, 60);
    expect(called(fixture)).toEqual([1, 3, 4, 5].map(numberAt));
    const [first, third] = [tidsOf(0, 1), tidsOf(2, 3)].flat();
    const waiting = [
      { tid: first, notBeforeMs: ms(OPENS), batch: { id: BATCH_ID, index: 0 } },
      { tid: third, notBeforeMs: ms(OPENS), batch: { id: BATCH_ID, index: 2 } },
    ];
    expect(await waits(fixture)).toEqual(expect.arrayContaining(waiting));
    expect(await fixture.loops.read(OWNER)).toMatchObject({ dueMs: ms(OPENS), batches: {} });
  });

  it("is dialed when they come, with the credential of its batch and under a deadline", async () => {
    const fixture = await batchWith([0, 2]);
    await stepsUntil(fixture, OPENS + 5);
    expect(called(fixture).toSorted()).toEqual([0, 1, 2, 3, 4, 5].map(numberAt));
    expect(fixture.carrier.placed.at(-1)?.credential).toBe(CREDENTIAL);
    expect(fixture.timers.sent.filter(({ type }) => type === "step_deadlines").at(-1)).toMatchObject({
      singles: [],
      batches: [{ batch_id: BATCH_ID, indices: expect.arrayContaining([0, 2]) }],
    });
    expect(await waits(fixture)).toEqual([]);
  });

  it("ends when it expires before they come", async () => {
    const fixture = await batchWith([0]);
    const [tid = ""] = tidsOf(0, 1);
    const asked = await fixture.calls.spec(tid);
    await fixture.calls.rewrite({ ...(asked as NonNullable<typeof asked>), expiresAt: at(300) });
    await stepsUntil(fixture, OPENS);
    expect((await fixture.calls.state(tid))?.call).toMatchObject({ outcome: { reason: "expired" } });
    expect(await waits(fixture)).toEqual([]);
  });

  it.each([
    ["has left its loop", 60],
    ["has calls left", 0.5],
  ])("is not dialed in a pause of its batch, and is when that goes on: one that %s", async (_, second) => {
    const fixture = await batchWith([0]);
    await stepsUntil(fixture, second);
    await fixture.batches.add({ ...(await found(fixture)), holds: true });
    const batch = { ...(await found(fixture)), holds: true as const };
    expect(await pause({ batch, owner: OWNER }, fixture)).toBe(true);
    await stepsUntil(fixture, OPENS + 30);
    expect(called(fixture)).not.toContain(numberAt(0));
    expect(await resume({ batch, owner: OWNER }, fixture)).toBe(true);
    await stepsUntil(fixture, OPENS + 60);
    expect(called(fixture)).toContain(numberAt(0));
  });

  it("waits on where a step that has found it in a pause removes its item only when it waits anew", async () => {
    const fixture = await batchWith([0]);
    await stepsUntil(fixture, 60);
    await fixture.batches.add({ ...(await found(fixture)), holds: true });
    const batch = { ...(await found(fixture)), holds: true as const };
    await pause({ batch, owner: OWNER }, fixture);
    const removals: (() => Promise<void>)[] = [];
    const { remove } = fixture.waiting;
    vi.spyOn(fixture.waiting, "remove").mockImplementation(async (...removal) => {
      removals.push(() => remove(...removal));
    });
    await ensureStep({ owner: OWNER, atMs: ms(61) }, fixture);
    await stepsUntil(fixture, 65);
    vi.restoreAllMocks();
    await resume({ batch, owner: OWNER }, fixture);
    await stepsUntil(fixture, 90);
    expect(removals).toHaveLength(1);
    for (const late of removals) await late();
    await stepsUntil(fixture, OPENS + 30);
    expect(called(fixture)).toContain(numberAt(0));
  });

  it("is left to the sweep of its batch where that is over", async () => {
    const fixture = await batchWith([0]);
    await stepsUntil(fixture, 60);
    await endBatch({ batch: { id: BATCH_ID }, owner: OWNER, reason: "cancelled" }, fixture);
    await stepsUntil(fixture, OPENS + 30);
    expect(called(fixture)).not.toContain(numberAt(0));
    expect(await waits(fixture)).toEqual([]);
  });
});

async function found({ batches }: Fixture) {
  const batch = await batches.find(BATCH_ID);
  if (batch === undefined) throw new Error("the batch is not on record");
  return batch;
}

describe("a call by itself whose hours have gone by when it is to be dialed", () => {
  it("waits for the next ones", async () => {
    const localTime = { zones: ["Etc/UTC"], from: "11:00", to: "12:00" };
    const fixture = await queuedFixture({ asked: spec({ localTime, expiresAt: at(86_400) }) });
    expect(await dialer(fixture)(fixture.message)).toEqual([{ event: "dial.waits", tid: TID }]);
    expect(fixture.carrier.placed).toEqual([]);
    const { step } = await fixture.loops.read(OWNER);
    await dialer(fixture)({ v: 1, type: "tick", owner: OWNER, n: step });
    expect((await fixture.waiting.list(OWNER, { limit: 10 })).map(({ notBeforeMs }) => notBeforeMs)).toEqual([
      Date.parse(at(0)) + 23 * 3_600_000,
    ]);
    expect((await fixture.loops.read(OWNER)).dueMs).toBe(Date.parse(at(0)) + 23 * 3_600_000);
  });
});
