import { type Loop, newLoop } from "@promptcall/core/dialing/loop";
import { describe, expect, it, vi } from "vitest";
import { ensureStep } from "../../src/dialing/ensure-step.ts";
import { ConflictError } from "../../src/errors.ts";
import type { Loops } from "../../src/ports/loops.ts";
import { OWNER } from "../batch-given.ts";
import { emptyFixture } from "../fixture.ts";
import { at, TID } from "../given.ts";

const ms = (second: number) => Date.parse(at(second));
const item = { tid: TID, notBeforeMs: ms(0), sealedCredential: "sealed" };
const wish = { owner: OWNER, atMs: ms(0), arrives: item };
const entry = { from: 0, count: 10, startMs: ms(0), expiryMs: ms(3_600) };
const withBatch = (loop: Loop): Loop => ({ ...loop, batches: { ...loop.batches, a: entry } });

/** A loop that stands like this, and all that was written and sent since, in order. */
async function given(loop: Partial<Loop> = {}) {
  const fixture = emptyFixture({ now: at(0) });
  await fixture.loops.write(OWNER, { seen: newLoop(), next: { ...newLoop(), version: 1, step: 4, ...loop } });
  const done: string[] = [];
  const { send } = fixture.dial;
  vi.spyOn(fixture.dial, "send").mockImplementation(async (message, options) => {
    if (message.type === "tick") done.push(`tick ${message.n} in ${options?.delaySeconds} s`);
    await send(message, options);
  });
  const { write, arrive } = fixture.loops;
  vi.spyOn(fixture.loops, "write").mockImplementation(async (...change) => {
    const isWritten = await write(...change);
    done.push(isWritten ? "write" : "conflict");
    return isWritten;
  });
  vi.spyOn(fixture.loops, "arrive").mockImplementation(async (...arrival) => {
    const isCounted = await arrive(...arrival);
    done.push(isCounted ? "arrival" : "no arrival");
    return isCounted;
  });
  return { fixture, done, loop: () => fixture.loops.read(OWNER) };
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
  it("gets its watchdog before it is started, in case of a crash in between", async () => {
    const { fixture, done, loop } = await given();
    await ensureStep(wish, fixture);
    expect(done).toEqual(["tick 3 in 60 s", "write", "tick 4 in 0 s"]);
    expect(await loop()).toMatchObject({ version: 2, step: 4, dueMs: ms(0), arrivals: 1 });
  });

  it("starts no sooner than the pace allows", async () => {
    const { fixture, done, loop } = await given({ freeMs: ms(0.7) });
    await ensureStep(wish, fixture);
    expect(done).toEqual(["tick 3 in 61 s", "write", "tick 4 in 1 s"]);
    expect((await loop()).dueMs).toBe(ms(0.7));
  });

  it("takes a batch by the same write", async () => {
    const { fixture, done, loop } = await given();
    await ensureStep({ owner: OWNER, atMs: ms(0), change: withBatch }, fixture);
    expect(done).toEqual(["tick 3 in 60 s", "write", "tick 4 in 0 s"]);
    expect(await loop()).toMatchObject({ dueMs: ms(0), batches: { a: entry }, arrivals: 0 });
  });

  it("is woken far ahead by its own tick, in several hops", async () => {
    const { fixture, done, loop } = await given();
    await ensureStep({ ...wish, atMs: ms(3_600) }, fixture);
    expect(done).toEqual(["tick 4 in 900 s", "write"]);
    expect((await loop()).dueMs).toBe(ms(3_600));
  });

  it("until later is woken earlier by an earlier request", async () => {
    const { fixture, done, loop } = await given({ dueMs: ms(3_600) });
    await ensureStep(wish, fixture);
    expect(done).toEqual(["tick 3 in 60 s", "write", "tick 4 in 0 s"]);
    expect((await loop()).dueMs).toBe(ms(0));
  });

  it("stays at rest when its write fails after the watchdog was sent", async () => {
    const { fixture, loop } = await given();
    vi.spyOn(fixture.loops, "write").mockRejectedValueOnce(new Error("down"));
    await expect(ensureStep(wish, fixture)).rejects.toThrow("down");
    expect(fixture.dial.sent).toEqual([{ v: 1, type: "tick", owner: OWNER, n: 3 }]);
    expect((await loop()).dueMs).toBeUndefined();
  });
});

describe("a loop that runs", () => {
  const running = { dueMs: ms(0.5), freeMs: ms(0.5) };

  it("counts one more single call, which disturbs no step", async () => {
    const { fixture, done, loop } = await given(running);
    await ensureStep(wish, fixture);
    expect([done, await loop()]).toMatchObject([["arrival"], { version: 1, arrivals: 1 }]);
  });

  it("takes a batch, and sends nothing: its next step comes anyway", async () => {
    const { fixture, done, loop } = await given(running);
    await ensureStep({ owner: OWNER, atMs: ms(0.5), change: withBatch }, fixture);
    expect([done, await loop()]).toMatchObject([["write"], { version: 2, dueMs: ms(0.5), batches: { a: entry } }]);
  });

  it("is not written by a request for a step only", async () => {
    const { fixture, done } = await given(running);
    await ensureStep({ owner: OWNER, atMs: ms(0.5) }, fixture);
    expect(done).toEqual([]);
  });

  it("takes a batch once, however often it is asked to", async () => {
    const { fixture, done, loop } = await given({ ...running, batches: { a: { ...entry, from: 7 } } });
    await ensureStep(
      { owner: OWNER, atMs: ms(0.5), change: withBatch, isDone: ({ batches }) => "a" in batches },
      fixture,
    );
    expect([done, (await loop()).batches]).toEqual([[], { a: { ...entry, from: 7 } }]);
  });

  it("that is overdue gets its tick again from one of all who meet it", async () => {
    for (const wished of [wish, { owner: OWNER, atMs: ms(0), change: withBatch }]) {
      const { fixture, done, loop } = await given({ dueMs: ms(-11) });
      await Promise.all(Array.from({ length: 15 }, () => ensureStep(wished, fixture)));
      expect(done.filter((one) => one.startsWith("tick"))).toEqual(["tick 4 in 0 s"]);
      expect((await loop()).arrivals).toBe(wished === wish ? 15 : 0);
      fixture.clock.set(at(11));
      await ensureStep(wished, fixture);
      expect(done.filter((one) => one.startsWith("tick"))).toEqual(["tick 4 in 0 s", "tick 4 in 0 s"]);
    }
  });

  it("that is overdue gets its tick again also when the answer to that write was lost", async () => {
    const { fixture, done } = await given({ dueMs: ms(-11) });
    const { write } = fixture.loops;
    vi.spyOn(fixture.loops, "write").mockImplementationOnce(async (...change) => {
      await write(...change);
      return false;
    });
    await ensureStep({ owner: OWNER, atMs: ms(0), change: withBatch, isDone: (loop) => "a" in loop.batches }, fixture);
    expect(done).toEqual(["write", "tick 4 in 0 s"]);
  });

  it("that is overdue gets its tick again", async () => {
    const { fixture, done } = await given({ dueMs: ms(-11) });
    await ensureStep(wish, fixture);
    expect(done).toEqual(["write", "tick 4 in 0 s"]);
  });
});

describe("a loop that another writer changes at the same time", () => {
  it("is read again, and then started", async () => {
    const { fixture, done, loop } = await given();
    meanwhile(fixture.loops, { step: 5 });
    await ensureStep(wish, fixture);
    expect(done).toEqual(["write", "tick 3 in 60 s", "conflict", "tick 4 in 60 s", "write", "tick 5 in 0 s"]);
    expect(await loop()).toMatchObject({ step: 5, dueMs: ms(0), arrivals: 1 });
  });

  it("is sent for once, however often its write is lost", async () => {
    const { fixture, done, loop } = await given();
    for (const recentMs of [[ms(0)], [ms(0), ms(0)]]) meanwhile(fixture.loops, { recentMs });
    await ensureStep(wish, fixture);
    const lost = ["write", "conflict"];
    expect(done).toEqual(["write", "tick 3 in 60 s", "conflict", ...lost, "write", "tick 4 in 0 s"]);
    expect((await loop()).arrivals).toBe(1);
  });

  it("counts an arrival if it was started meanwhile, and is sent for by who started it alone", async () => {
    const { fixture, done, loop } = await given();
    meanwhile(fixture.loops, { dueMs: ms(0.05) });
    await ensureStep(wish, fixture);
    expect(done).toEqual(["write", "tick 3 in 60 s", "conflict", "arrival"]);
    expect((await loop()).arrivals).toBe(1);
  });

  it("is sent for by who started it alone also if many start it for the same time", async () => {
    const { fixture, done, loop } = await given({ freeMs: ms(0.7) });
    await Promise.all(Array.from({ length: 15 }, () => ensureStep(wish, fixture)));
    expect(done.filter((one) => one.startsWith("tick 4"))).toEqual(["tick 4 in 1 s"]);
    expect((await loop()).arrivals).toBe(15);
  });

  it("is sent for by who started it when the answer to that was lost", async () => {
    const { fixture, done, loop } = await given();
    const { write } = fixture.loops;
    vi.spyOn(fixture.loops, "write").mockImplementationOnce(async (...change) => {
      await write(...change);
      return false;
    });
    await ensureStep({ owner: OWNER, atMs: ms(0), change: withBatch }, fixture);
    expect(done).toEqual(["tick 3 in 60 s", "write", "write", "tick 4 in 0 s"]);
    expect(await loop()).toMatchObject({ dueMs: ms(0), batches: { a: entry } });
  });

  it("is started when it went to rest just before the arrival was counted", async () => {
    const { fixture, done, loop } = await given({ dueMs: ms(0.05) });
    meanwhile(fixture.loops, { dueMs: undefined, served: 0 } as Partial<Loop>);
    await ensureStep(wish, fixture);
    expect(done).toEqual(["write", "no arrival", "tick 3 in 60 s", "write", "tick 4 in 0 s"]);
    expect(await loop()).toMatchObject({ dueMs: ms(0), arrivals: 1 });
  });

  it("has its batch already when the answer to the write was lost", async () => {
    const { fixture, loop } = await given();
    const { write } = fixture.loops;
    vi.spyOn(fixture.loops, "write").mockImplementationOnce(async (...change) => {
      await write(...change);
      return false;
    });
    await ensureStep(
      { owner: OWNER, atMs: ms(0), change: withBatch, isDone: ({ batches }) => "a" in batches },
      fixture,
    );
    expect((await loop()).batches).toEqual({ a: entry });
    expect(fixture.dial.sent.map((sent) => sent.type === "tick" && sent.n)).toEqual([3, 4]);
  });

  it("again and again fails, so that the message is redelivered", async () => {
    const { fixture } = await given();
    vi.spyOn(fixture.loops, "write").mockResolvedValue(false);
    await expect(ensureStep(wish, fixture)).rejects.toEqual(new ConflictError(`loop of ${OWNER}`));
  });
});
