import { newLoop } from "@promptcall/core/dialing/loop";
import { describe, expect, it, vi } from "vitest";
import { cancelCall } from "../../src/calls/cancel-call.ts";
import { dialer } from "../../src/dialer/dial.ts";
import { pause, resume } from "../../src/dialing/pause.ts";
import { ConflictError } from "../../src/errors.ts";
import { timers } from "../../src/timers/fire.ts";
import { BATCH_ID, batchFixture, OWNER } from "../batch-given.ts";
import { at } from "../given.ts";

const ms = (second: number) => Date.parse(at(second));

async function given(...options: Parameters<typeof batchFixture>) {
  const fixture = await batchFixture(...options);
  const batch = await fixture.batches.find(BATCH_ID);
  if (batch === undefined) throw new Error("the batch is not on record");
  return { fixture, asked: { batch, owner: OWNER } };
}

describe("a batch that is paused", () => {
  it("is passed over by the steps, and its loop rests until it expires", async () => {
    const { fixture, asked } = await given();
    expect(await pause(asked, fixture)).toBe(true);
    await dialer(fixture)(fixture.message);
    expect(fixture.carrier.placed).toEqual([]);
    // The first moment at which it is over.
    const { dueMs, batches } = await fixture.loops.read(OWNER);
    expect([dueMs, batches[BATCH_ID]]).toMatchObject([ms(3_600.001), { from: 0, paused: true }]);
  });

  it("and has no call left to dial leaves its loop and is counted, before it is resumed", async () => {
    const { fixture, asked } = await given({ count: 3 });
    await dialer(fixture)(fixture.message);
    expect(await pause(asked, fixture)).toBe(true);
    await dialer(fixture)({ ...fixture.message, n: 1 });
    expect(await fixture.loops.read(OWNER)).toMatchObject({ batches: {} });
    expect(fixture.timers.sent.filter(({ type }) => type === "count_batch")).toMatchObject([{ batch_id: BATCH_ID }]);
  });

  it("and has calls left to dial stays in its loop, however few", async () => {
    const { fixture, asked } = await given({ count: 4 });
    await dialer(fixture)(fixture.message);
    await pause(asked, fixture);
    await dialer(fixture)({ ...fixture.message, n: 1 });
    const { dueMs, batches } = await fixture.loops.read(OWNER);
    expect([dueMs, batches[BATCH_ID]]).toMatchObject([ms(3_600.001), { paused: true }]);
    expect(fixture.carrier.placed).toHaveLength(3);
    await resume(asked, fixture);
    await dialer(fixture)({ ...fixture.message, n: 2 });
    expect(fixture.carrier.placed).toHaveLength(4);
  });

  it("goes on where it was when it is resumed: the loop is started for it", async () => {
    const { fixture, asked } = await given();
    await pause(asked, fixture);
    await dialer(fixture)(fixture.message);
    const { step } = await fixture.loops.read(OWNER);
    expect(await resume(asked, fixture)).toBe(true);
    await dialer(fixture)({ ...fixture.message, n: step });
    expect(fixture.carrier.placed).toHaveLength(3);
  });

  it("is paused in its loop first, then in its own item", async () => {
    const { fixture, asked } = await given();
    vi.spyOn(fixture.batches, "pause").mockRejectedValueOnce(new Error("died"));
    await expect(pause(asked, fixture)).rejects.toThrow("died");
    expect((await fixture.loops.read(OWNER)).batches[BATCH_ID]?.paused).toBe(true);
    await pause(asked, fixture);
    expect((await fixture.batches.find(BATCH_ID))?.paused).toBe(true);
  });

  it("twice is written once", async () => {
    const { fixture, asked } = await given();
    await pause(asked, fixture);
    const { version } = await fixture.loops.read(OWNER);
    await pause(asked, fixture);
    expect((await fixture.loops.read(OWNER)).version).toBe(version);
  });

  it("is changed on top of a step taken at the same time", async () => {
    const { fixture, asked } = await given();
    const { read } = fixture.loops;
    vi.spyOn(fixture.loops, "read").mockImplementationOnce(async (owner) => {
      const seen = await read(owner);
      await dialer(fixture)(fixture.message);
      return seen;
    });
    await pause(asked, fixture);
    expect((await read(OWNER)).batches[BATCH_ID]).toMatchObject({ from: 0, paused: true });
    await dialer(fixture)({ ...fixture.message, n: 1 });
    expect(fixture.carrier.placed).toHaveLength(3);
  });

  it("cannot be paused or resumed after it left the loop", async () => {
    const { fixture, asked } = await given({ loop: { batches: {} } });
    expect([await pause(asked, fixture), await resume(asked, fixture)]).toEqual([false, false]);
    expect((await fixture.batches.find(BATCH_ID))?.paused).toBeUndefined();
  });

  it("fails after too many conflicts", async () => {
    const { fixture, asked } = await given();
    vi.spyOn(fixture.loops, "write").mockResolvedValue(false);
    await expect(pause(asked, fixture)).rejects.toEqual(new ConflictError(`loop of ${OWNER}`));
    expect(await fixture.loops.read("app:another")).toEqual(newLoop());
  });
});

/** Somebody deletes these calls one by one; then every message is handled that comes of it within a minute. */
async function deleteCalls({ fixture }: Awaited<ReturnType<typeof given>>, tids: readonly string[]) {
  const [setBefore, sentBefore] = [fixture.timers.sent.length, fixture.dial.sent.length];
  for (const tid of tids) {
    const seen = await fixture.calls.state(tid);
    if (seen === undefined) throw new Error("the call is not on record");
    await cancelCall({ seen, credential: undefined }, fixture);
  }
  fixture.clock.set(at(30));
  for (const timer of fixture.timers.sent.slice(setBefore)) await timers(fixture)(timer);
  for (let next = sentBefore; next < fixture.dial.sent.length; next += 1) {
    const message = fixture.dial.sent[next];
    if (message?.type === "tick" && message.n === (await fixture.loops.read(OWNER)).step)
      await dialer(fixture)(message);
  }
  return fixture.timers.sent.filter(({ type }) => type === "count_batch");
}

const counted = [{ type: "count_batch", batch_id: BATCH_ID }];

describe("a batch whose queued calls are deleted one by one", () => {
  it.each([1, 3, 25])(
    "is counted at once while it is paused, and not when it is resumed or expires: %i calls",
    async (count) => {
      const paused = await given({ count });
      await pause(paused.asked, paused.fixture);
      await dialer(paused.fixture)(paused.fixture.message);
      expect(await deleteCalls(paused, paused.fixture.tids)).toMatchObject(counted);
      expect(await paused.fixture.loops.read(OWNER)).toMatchObject({ batches: {} });
      expect(paused.fixture.carrier.placed).toEqual([]);
    },
  );

  it("is counted at once while its time has not come", async () => {
    const entry = { from: 0, count: 4, startMs: ms(7_200), expiryMs: ms(10_800) };
    const waits = await given({ count: 4, loop: { batches: { [BATCH_ID]: entry } } });
    await dialer(waits.fixture)(waits.fixture.message);
    expect((await waits.fixture.loops.read(OWNER)).dueMs).toBe(ms(7_200));
    expect(await deleteCalls(waits, waits.fixture.tids)).toMatchObject(counted);
    expect(await waits.fixture.loops.read(OWNER)).toMatchObject({ batches: {} });
  });

  it("stays where it is while one is left", async () => {
    const paused = await given({ count: 4 });
    const { fixture, asked } = paused;
    await pause(asked, fixture);
    await dialer(fixture)(fixture.message);
    expect(await deleteCalls(paused, fixture.tids.slice(0, 3))).toEqual([]);
    const { dueMs, batches } = await fixture.loops.read(OWNER);
    expect([dueMs, batches[BATCH_ID]]).toMatchObject([ms(3_600.001), { paused: true, from: 3 }]);
    expect(fixture.carrier.placed).toEqual([]);
  });

  it("is counted once where it was cancelled before", async () => {
    const ended = await given({ count: 2 });
    await ended.fixture.batches.end(BATCH_ID, "cancelled");
    const reading = vi.spyOn(ended.fixture.loops, "read");
    expect(await deleteCalls(ended, ended.fixture.tids)).toEqual([]);
    expect(reading).not.toHaveBeenCalled();
  });
});
