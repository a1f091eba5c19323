import { type Loop, newLoop } from "@promptcall/core/dialing/loop";
import { describe, expect, it, vi } from "vitest";
import { ensureStep } from "../src/dialing/ensure-step.ts";
import { ConflictError } from "../src/errors.ts";
import type { Loops } from "../src/ports/loops.ts";
import { OWNER } from "./batch-given.ts";
import { at } from "./given.ts";
import { emptyWorld } from "./world.ts";

const ms = (second: number) => Date.parse(at(second));
const wish = { owner: OWNER, atMs: ms(0), arrives: true };
const entry = { from: 0, count: 10, startMs: ms(0), expiryMs: ms(3_600) };
const withBatch = (loop: Loop): Loop => ({ ...loop, batches: { ...loop.batches, a: entry } });

/** A loop that stands like this, and all that was written and sent since, in order. */
async function given(loop: Partial<Loop> = {}) {
  const world = emptyWorld({ now: at(0) });
  await world.loops.write(OWNER, { seen: newLoop(), next: { ...newLoop(), version: 1, step: 4, ...loop } });
  const done: string[] = [];
  const { send } = world.dial;
  vi.spyOn(world.dial, "send").mockImplementation(async (message, options) => {
    if (message.type === "tick") done.push(`tick ${message.n} in ${options?.delaySeconds} s`);
    await send(message, options);
  });
  const { write, arrive } = world.loops;
  vi.spyOn(world.loops, "write").mockImplementation(async (...change) => {
    const isWritten = await write(...change);
    done.push(isWritten ? "write" : "conflict");
    return isWritten;
  });
  vi.spyOn(world.loops, "arrive").mockImplementation(async (...arrival) => {
    const isCounted = await arrive(...arrival);
    done.push(isCounted ? "arrival" : "no arrival");
    return isCounted;
  });
  return { world, done, loop: () => world.loops.read(OWNER) };
}

/** Somebody else changes the loop between what is read and what is written. */
function meanwhile(loops: Loops, change: Partial<Loop>): void {
  const { read } = loops;
  vi.spyOn(loops, "read").mockImplementationOnce(async (owner) => {
    const seen = await read(owner);
    await loops.write(owner, { seen, next: { ...seen, version: seen.version + 1, ...change } });
    return seen;
  });
}

describe("a loop at rest", () => {
  it("is started with its watchdog first: whoever starts it may die in between", async () => {
    const { world, done, loop } = await given();
    await ensureStep(wish, world);
    expect(done).toEqual(["tick 3 in 60 s", "write", "tick 4 in 0 s"]);
    expect(await loop()).toMatchObject({ version: 2, step: 4, dueMs: ms(0), arrivals: 1 });
  });

  it("begins no sooner than the pace allows", async () => {
    const { world, done, loop } = await given({ freeMs: ms(0.7) });
    await ensureStep(wish, world);
    expect(done).toEqual(["tick 3 in 61 s", "write", "tick 4 in 1 s"]);
    expect((await loop()).dueMs).toBe(ms(0.7));
  });

  it("takes a batch by the same write", async () => {
    const { world, done, loop } = await given();
    await ensureStep({ owner: OWNER, atMs: ms(0), change: withBatch }, world);
    expect(done).toEqual(["tick 3 in 60 s", "write", "tick 4 in 0 s"]);
    expect(await loop()).toMatchObject({ dueMs: ms(0), batches: { a: entry }, arrivals: 0 });
  });

  it("is woken far ahead by a message of that step itself, in as many hops as it takes", async () => {
    const { world, done, loop } = await given();
    await ensureStep({ ...wish, atMs: ms(3_600) }, world);
    expect(done).toEqual(["tick 4 in 900 s", "write", "tick 4 in 900 s"]);
    expect((await loop()).dueMs).toBe(ms(3_600));
  });

  it("until later is woken sooner by who comes for sooner", async () => {
    const { world, done, loop } = await given({ dueMs: ms(3_600) });
    await ensureStep(wish, world);
    expect(done).toEqual(["tick 3 in 60 s", "write", "tick 4 in 0 s"]);
    expect((await loop()).dueMs).toBe(ms(0));
  });

  it("that nobody tells of is written before anything is sent to dial", async () => {
    const { world, loop } = await given();
    vi.spyOn(world.loops, "write").mockRejectedValueOnce(new Error("down"));
    await expect(ensureStep(wish, world)).rejects.toThrow("down");
    expect(world.dial.sent).toEqual([{ v: 1, type: "tick", owner: OWNER, n: 3 }]);
    expect((await loop()).dueMs).toBeUndefined();
  });
});

describe("a loop that runs", () => {
  const running = { dueMs: ms(0.5), freeMs: ms(0.5) };

  it("counts one more single call, which disturbs no step", async () => {
    const { world, done, loop } = await given(running);
    await ensureStep(wish, world);
    expect([done, await loop()]).toMatchObject([["arrival"], { version: 1, arrivals: 1 }]);
  });

  it("takes a batch, and sends nothing: its next step comes anyway", async () => {
    const { world, done, loop } = await given(running);
    await ensureStep({ owner: OWNER, atMs: ms(0.5), change: withBatch }, world);
    expect([done, await loop()]).toMatchObject([["write"], { version: 2, dueMs: ms(0.5), batches: { a: entry } }]);
  });

  it("is left alone by who wishes for nothing but a step", async () => {
    const { world, done } = await given(running);
    await ensureStep({ owner: OWNER, atMs: ms(0.5) }, world);
    expect(done).toEqual([]);
  });

  it("takes a batch once, however often it is asked to", async () => {
    const { world, done, loop } = await given({ ...running, batches: { a: { ...entry, from: 7 } } });
    await ensureStep(
      { owner: OWNER, atMs: ms(0.5), change: withBatch, isDone: ({ batches }) => "a" in batches },
      world,
    );
    expect([done, (await loop()).batches]).toEqual([[], { a: { ...entry, from: 7 } }]);
  });

  it("of which the next step should have come long ago is sent for: its message was lost", async () => {
    const { world, done } = await given({ dueMs: ms(-11) });
    await ensureStep(wish, world);
    expect(done).toEqual(["arrival", "tick 4 in 0 s"]);
  });
});

describe("a loop that somebody else changes at the same time", () => {
  it("is read again, and started as it is by then", async () => {
    const { world, done, loop } = await given();
    meanwhile(world.loops, { step: 5 });
    await ensureStep(wish, world);
    expect(done).toEqual(["write", "tick 3 in 60 s", "conflict", "tick 4 in 60 s", "write", "tick 5 in 0 s"]);
    expect(await loop()).toMatchObject({ step: 5, dueMs: ms(0), arrivals: 1 });
  });

  it("counts an arrival if it was started meanwhile, and is sent for by who started it alone", async () => {
    const { world, done, loop } = await given();
    meanwhile(world.loops, { dueMs: ms(0.05) });
    await ensureStep(wish, world);
    expect(done).toEqual(["write", "tick 3 in 60 s", "conflict", "arrival"]);
    expect((await loop()).arrivals).toBe(1);
  });

  it("is sent for by both if both start it for the same time: it may be our own, of which the answer was lost", async () => {
    const { world, done, loop } = await given();
    meanwhile(world.loops, { dueMs: ms(0) });
    await ensureStep(wish, world);
    expect(done).toEqual(["write", "tick 3 in 60 s", "conflict", "arrival", "tick 4 in 0 s"]);
    expect((await loop()).arrivals).toBe(1);
  });

  it("is started when it went to rest just before the arrival was counted", async () => {
    const { world, done, loop } = await given({ dueMs: ms(0.05) });
    meanwhile(world.loops, { dueMs: undefined, served: 0 } as Partial<Loop>);
    await ensureStep(wish, world);
    expect(done).toEqual(["write", "no arrival", "tick 3 in 60 s", "write", "tick 4 in 0 s"]);
    expect(await loop()).toMatchObject({ dueMs: ms(0), arrivals: 1 });
  });

  it("has its batch already when the answer to the write was lost", async () => {
    const { world, loop } = await given();
    const { write } = world.loops;
    vi.spyOn(world.loops, "write").mockImplementationOnce(async (...change) => {
      await write(...change);
      return false;
    });
    await ensureStep({ owner: OWNER, atMs: ms(0), change: withBatch, isDone: ({ batches }) => "a" in batches }, world);
    expect((await loop()).batches).toEqual({ a: entry });
    expect(world.dial.sent.map((sent) => sent.type === "tick" && sent.n)).toEqual([3, 4]);
  });

  it("again and again gives up, for the message or the request to come again", async () => {
    const { world } = await given();
    vi.spyOn(world.loops, "write").mockResolvedValue(false);
    await expect(ensureStep(wish, world)).rejects.toEqual(new ConflictError(`loop of ${OWNER}`));
  });
});
