import type { DialQueueMessage } from "@promptcall/core/contracts/messages";
import { describe, expect, it, vi } from "vitest";
import { dialDeadLetters } from "../../src/dead-letters/dial.ts";
import { dialer } from "../../src/dialer/dial.ts";
import { ensureStep } from "../../src/dialing/ensure-step.ts";
import { ConflictError } from "../../src/errors.ts";
import { BATCH_ID, batchFixture, OWNER } from "../batch-given.ts";
import { at } from "../given.ts";

type BatchFixture = Awaited<ReturnType<typeof batchFixture>>;

const ms = (second: number) => Date.parse(at(second));
const ticks = ({ dial }: BatchFixture) => dial.sent.flatMap((sent) => (sent.type === "tick" ? [sent.n] : []));

/** The message of step 12 was lost: it is long overdue, and no watchdog comes soon. */
const lost = () => batchFixture({ loop: { step: 12, dueMs: ms(-11), watchedUntilMs: ms(30) } });
const ofStep = (fixture: BatchFixture, n: number) => ({ ...fixture.message, n });
/** Many messages of one loop that come at the same time. Some fail, and come again. */
const many = <Answer>(handle: () => Promise<Answer>) => Promise.allSettled(Array.from({ length: 20 }, handle));

describe("of many ticks that meet a lost loop", () => {
  it.each<[string, (fixture: BatchFixture) => (message: DialQueueMessage) => Promise<unknown>]>([
    ["late ones", dialer],
    ["dead letters", dialDeadLetters],
  ])("that are %s, one sends its next tick, and a watchdog", async (_, handler) => {
    const fixture = await lost();
    await many(async () => await handler(fixture)(ofStep(fixture, 11)));
    expect(ticks(fixture)).toEqual([12, 11]);
  });

  it("that come again and again, one sends for it, at most every 10 seconds", async () => {
    const fixture = await lost();
    for (let second = 0; second <= 60; second += 5) {
      fixture.clock.set(at(second));
      await many(async () => await dialer(fixture)(ofStep(fixture, 11)));
    }
    // After 0, 15, 30, 45 and 60 seconds.
    expect(ticks(fixture)).toEqual(Array(5).fill([12, 11]).flat());
  });

  it("none sends for it a second time because others change the loop meanwhile", async () => {
    const fixture = await lost();
    const { read, write } = fixture.loops;
    vi.spyOn(fixture.loops, "write").mockImplementationOnce(async () => {
      const seen = await read(OWNER);
      await write(OWNER, { seen, next: { ...seen, version: seen.version + 1, turn: BATCH_ID } });
      return false;
    });
    expect(await dialer(fixture)(ofStep(fixture, 11))).toMatchObject([{ revived: true }]);
    expect(ticks(fixture)).toEqual([12, 11]);
  });

  it("none sends for a step that was taken meanwhile", async () => {
    const fixture = await lost();
    vi.spyOn(fixture.loops, "write").mockImplementationOnce(async () => {
      const taken = await dialer(fixture)(ofStep(fixture, 12));
      expect(taken[0]).toMatchObject({ event: "loop.step" });
      return false;
    });
    const stale = await dialer(fixture)(ofStep(fixture, 11));
    expect(stale).toEqual([{ event: "loop.stale", n: 11, revived: false }]);
    expect(ticks(fixture)).toEqual([12, 13]);
  });

  it("and of the calls that come to wait then, one sends", async () => {
    const fixture = await lost();
    await dialer(fixture)(ofStep(fixture, 11));
    const change = vi.fn((loop) => loop);
    await many(async () => await ensureStep({ owner: OWNER, atMs: ms(0), change }, fixture));
    expect(ticks(fixture)).toEqual([12, 11]);
  });
});

describe("a lost loop", () => {
  it("is sent for also when the answer to the write of who does so was lost", async () => {
    const fixture = await lost();
    const { write } = fixture.loops;
    vi.spyOn(fixture.loops, "write").mockImplementationOnce(async (...change) => {
      await write(...change);
      return false;
    });
    expect(await dialer(fixture)(ofStep(fixture, 11))).toMatchObject([{ revived: true }]);
    expect(ticks(fixture)).toEqual([12, 11]);
  });

  const died = async () => {
    const fixture = await lost();
    vi.spyOn(fixture.dial, "send").mockRejectedValueOnce(new Error("died"));
    await expect(dialer(fixture)(ofStep(fixture, 11))).rejects.toThrow("died");
    expect(ticks(fixture)).toEqual([]);
    return fixture;
  };

  it.each<[string, (fixture: BatchFixture) => (message: DialQueueMessage) => Promise<unknown>]>([
    ["tick", dialer],
    ["dead letter", dialDeadLetters],
  ])(
    "whose sender has not sent yet keeps a %s that meets it, which may be the last that looks after it",
    async (_, handler) => {
      const fixture = await died();
      fixture.clock.set(at(5));
      const message = ofStep(fixture, 10);
      await expect(handler(fixture)(message)).rejects.toThrow(ConflictError);
      fixture.clock.set(at(95));
      await handler(fixture)(message);
      expect(ticks(fixture)).toEqual([12, 11]);
      // By now that is done.
      fixture.clock.set(at(100));
      await handler(fixture)(message);
      expect(ticks(fixture)).toEqual([12, 11]);
    },
  );

  it("whose sender died before it sent has no watchdog on record: the step that is taken then sends one", async () => {
    const fixture = await died();
    expect(await dialer(fixture)(ofStep(fixture, 12))).toMatchObject([{ event: "loop.step" }, {}, {}, {}]);
    expect(ticks(fixture)).toEqual([12, 13]);
    expect((await fixture.loops.read(OWNER)).watchedUntilMs).toBe(ms(90));
  });

  it("whose sender died before it sent is sent for by its message, which comes again", async () => {
    const fixture = await died();
    fixture.clock.set(at(90));
    expect(await dialer(fixture)(ofStep(fixture, 11))).toMatchObject([{ revived: true }]);
    expect(ticks(fixture)).toEqual([12, 11]);
  });

  it("whose sender died before it sent is sent for by the next call or tick that comes after 10 seconds", async () => {
    const called = await died();
    called.clock.set(at(10.001));
    await ensureStep({ owner: OWNER, atMs: ms(10), change: (loop) => loop }, called);
    expect(ticks(called)).toEqual([12]);
    const ticked = await died();
    ticked.clock.set(at(10.001));
    expect(await dialer(ticked)(ofStep(ticked, 10))).toMatchObject([{ revived: true }]);
    expect(ticks(ticked)).toEqual([12, 11]);
  });
});
