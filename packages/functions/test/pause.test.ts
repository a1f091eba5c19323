import { newLoop } from "@promptcall/core/dialing/loop";
import { describe, expect, it, vi } from "vitest";
import { dialer } from "../src/dialer/dial.ts";
import { pause, resume } from "../src/dialing/pause.ts";
import { ConflictError } from "../src/errors.ts";
import { BATCH_ID, batchWorld, OWNER } from "./batch-given.ts";
import { at } from "./given.ts";

const ms = (second: number) => Date.parse(at(second));

async function given(...options: Parameters<typeof batchWorld>) {
  const world = await batchWorld(...options);
  const batch = await world.batches.find(BATCH_ID);
  if (batch === undefined) throw new Error("the batch is not on record");
  return { world, asked: { batch, owner: OWNER } };
}

describe("a batch that is paused", () => {
  it("is passed over by the steps, and its loop rests until it expires", async () => {
    const { world, asked } = await given();
    expect(await pause(asked, world)).toBe(true);
    await dialer(world)(world.message);
    expect(world.carrier.placed).toEqual([]);
    // The first moment at which it is over.
    const { dueMs, batches } = await world.loops.read(OWNER);
    expect([dueMs, batches[BATCH_ID]]).toMatchObject([ms(3_600.001), { from: 0, paused: true }]);
  });

  it("and has no call left to dial leaves its loop and is counted, before it is resumed", async () => {
    const { world, asked } = await given({ count: 3 });
    await dialer(world)(world.message);
    expect(await pause(asked, world)).toBe(true);
    await dialer(world)({ ...world.message, n: 1 });
    expect(await world.loops.read(OWNER)).toMatchObject({ batches: {} });
    expect(world.timers.sent.filter(({ type }) => type === "count_batch")).toMatchObject([{ batch_id: BATCH_ID }]);
  });

  it("and has calls left to dial stays in its loop, however few", async () => {
    const { world, asked } = await given({ count: 4 });
    await dialer(world)(world.message);
    await pause(asked, world);
    await dialer(world)({ ...world.message, n: 1 });
    const { dueMs, batches } = await world.loops.read(OWNER);
    expect([dueMs, batches[BATCH_ID]]).toMatchObject([ms(3_600.001), { paused: true }]);
    expect(world.carrier.placed).toHaveLength(3);
    await resume(asked, world);
    await dialer(world)({ ...world.message, n: 2 });
    expect(world.carrier.placed).toHaveLength(4);
  });

  it("goes on where it was when it is resumed: the loop is started for it", async () => {
    const { world, asked } = await given();
    await pause(asked, world);
    await dialer(world)(world.message);
    const { step } = await world.loops.read(OWNER);
    expect(await resume(asked, world)).toBe(true);
    await dialer(world)({ ...world.message, n: step });
    expect(world.carrier.placed).toHaveLength(3);
  });

  it("is told by its loop first, and by its own item as a copy", async () => {
    const { world, asked } = await given();
    vi.spyOn(world.batches, "pause").mockRejectedValueOnce(new Error("died"));
    await expect(pause(asked, world)).rejects.toThrow("died");
    expect((await world.loops.read(OWNER)).batches[BATCH_ID]?.paused).toBe(true);
    await pause(asked, world);
    expect((await world.batches.find(BATCH_ID))?.paused).toBe(true);
  });

  it("twice is written once", async () => {
    const { world, asked } = await given();
    await pause(asked, world);
    const { version } = await world.loops.read(OWNER);
    await pause(asked, world);
    expect((await world.loops.read(OWNER)).version).toBe(version);
  });

  it("while a step is taken takes what that has left", async () => {
    const { world, asked } = await given();
    const { read } = world.loops;
    vi.spyOn(world.loops, "read").mockImplementationOnce(async (owner) => {
      const seen = await read(owner);
      await dialer(world)(world.message);
      return seen;
    });
    await pause(asked, world);
    expect((await read(OWNER)).batches[BATCH_ID]).toMatchObject({ from: 0, paused: true });
    await dialer(world)({ ...world.message, n: 1 });
    expect(world.carrier.placed).toHaveLength(3);
  });

  it("or resumed after it has left the loop is not there any more", async () => {
    const { world, asked } = await given({ loop: { batches: {} } });
    expect([await pause(asked, world), await resume(asked, world)]).toEqual([false, false]);
    expect((await world.batches.find(BATCH_ID))?.paused).toBeUndefined();
  });

  it("gives up where others are quicker again and again", async () => {
    const { world, asked } = await given();
    vi.spyOn(world.loops, "write").mockResolvedValue(false);
    await expect(pause(asked, world)).rejects.toEqual(new ConflictError(`loop of ${OWNER}`));
    expect(await world.loops.read("app:another")).toEqual(newLoop());
  });
});
