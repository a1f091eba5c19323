import { randomUUID } from "node:crypto";
import { newLoop, STEP_MS } from "@promptcall/core/dialing/loop";
import { describe, expect, it, vi } from "vitest";
import { dialer } from "../../src/dialer/dial.ts";
import { endBatch } from "../../src/dialing/end-batch.ts";
import { whenDue } from "../../src/sqs/when-due.ts";
import { scriptedCarrier } from "../../testing/scripted-carrier.ts";
import { BATCH_ID, batchFixture, numberAt, OWNER, tidsOf } from "../batch-given.ts";
import { at, CREDENTIAL, deadlineFrom, OTHER_TID, spec, TID } from "../given.ts";

type BatchFixture = Awaited<ReturnType<typeof batchFixture>>;

const ms = (second: number) => Date.parse(at(second));
const placed = (tids: readonly string[]) => tids.map((tid) => ({ event: "dial.placed", tid }));
const called = ({ carrier }: Pick<BatchFixture, "carrier">) => carrier.placed.map(({ call }) => call.to);
const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => numberAt(from + index));
const phases = async ({ calls, tids }: BatchFixture) =>
  [...(await calls.find(tids)).values()].map(({ stored }) => stored.call.phase);
const ticks = ({ dial }: BatchFixture) => dial.sent.flatMap((sent) => (sent.type === "tick" ? [sent.n] : []));

/** One message after the other, as the queue would hand over those of the next step. */
async function runSteps(fixture: BatchFixture, steps: number) {
  for (let n = 0; n < steps; n += 1) {
    const { dueMs } = await fixture.loops.read(OWNER);
    if (dueMs !== undefined)
      fixture.clock.set(new Date(Math.max(dueMs - 400, fixture.clock.now().getTime())).toISOString());
    await dialer(fixture)({ ...fixture.message, n });
  }
}

describe("a step of a loop", () => {
  it("dials the first calls of its batch under one deadline, each with a claim and the customer's credential", async () => {
    const fixture = await batchFixture();
    const step = { event: "loop.step", n: 0, calls: 3, rests: false, late_ms: 160 };
    expect(await dialer(fixture)(fixture.message)).toEqual([step, ...placed(tidsOf(0, 3))]);
    expect(called(fixture)).toEqual(numbers(0, 3));
    expect(fixture.carrier.placed.map(({ credential }) => credential)).toEqual(new Array(3).fill(CREDENTIAL));
    expect(await phases(fixture)).toEqual([...new Array(3).fill("dialing"), ...new Array(7).fill("queued")]);
    const claims = [...(await fixture.calls.find(tidsOf(0, 3))).values()].map(
      ({ stored: { call } }) => "claim" in call && call.claim?.token,
    );
    expect(fixture.timers.sent).toEqual([
      {
        v: 1,
        type: "step_deadlines",
        owner: OWNER,
        claim: claims[0],
        not_before: deadlineFrom(0),
        singles: [],
        batches: [{ batch_id: BATCH_ID, indices: [0, 1, 2], sealed_credential: fixture.sealedCredential }],
      },
    ]);
    expect(new Set(claims).size).toBe(1);
  });

  it("is late by its own time, and a watchdog never: their messages are delayed without naming a time", async () => {
    const fixture = await batchFixture();
    const { dial, checkpoints, clock, message } = fixture;
    const handle = whenDue(dialer(fixture), { queue: dial, checkpoints, clock });
    const sent = { atMs: clock.now().getTime() - 90_000 };
    const step = { event: "loop.step", n: 0, calls: 3, rests: false, late_ms: 160 };
    expect(await handle(message, sent)).toEqual([step, ...placed(tidsOf(0, 3))]);
    expect(await handle({ ...message, n: -1 }, sent)).toEqual([{ event: "loop.stale", n: -1, revived: false }]);
  });

  it("asks for its calls 25 ms apart", async () => {
    const fixture = await batchFixture();
    const asked: number[] = [];
    const { placeCall } = fixture.carrier;
    vi.spyOn(fixture.carrier, "placeCall").mockImplementation(async (...given) => {
      asked.push(fixture.clock.now().getTime() - ms(0));
      return await placeCall(...given);
    });
    await dialer(fixture)(fixture.message);
    expect(asked.map((one) => one - (asked[0] ?? 0)).every((one) => one >= 0 && one <= 50)).toBe(true);
    expect(asked.at(-1)).toBe(160 + 50);
  });

  it("sends a watchdog and the next step", async () => {
    const fixture = await batchFixture();
    await dialer(fixture)(fixture.message);
    expect(ticks(fixture)).toEqual([0, 1]);
    expect(await fixture.loops.read(OWNER)).toMatchObject({
      step: 1,
      dueMs: ms(0.16) + STEP_MS,
      watchedUntilMs: ms(90),
    });
  });

  it("has sent the next one before it fails: a function is stopped once it has answered", async () => {
    const fixture = await batchFixture();
    vi.spyOn(fixture.timers, "send").mockRejectedValue(new Error("no answer"));
    await expect(dialer(fixture)(fixture.message)).rejects.toThrow("no answer");
    expect(ticks(fixture)).toContain(1);
  });

  it("and its successors dial every call of the batch once, then the loop rests", async () => {
    const fixture = await batchFixture();
    await runSteps(fixture, 6);
    expect(called(fixture)).toEqual(numbers(0, 10));
    const loop = await fixture.loops.read(OWNER);
    expect([loop.batches, loop.dueMs]).toEqual([{}, undefined]);
  });

  it("dials a single call that waits beside the batch", async () => {
    const fixture = await batchFixture({ loop: { sinceSingle: 2 } });
    await fixture.calls.add([spec()]);
    const sealedCredential = await fixture.seal.seal(CREDENTIAL, TID);
    await fixture.waiting.add(OWNER, { tid: TID, notBeforeMs: ms(-1), sealedCredential });
    await dialer(fixture)(fixture.message);
    expect(called(fixture)).toEqual([spec().to, ...numbers(0, 2)]);
    // The step after it sees that the call waits no longer.
    await runSteps(fixture, 2);
    expect(await fixture.waiting.list(OWNER, { limit: 10 })).toEqual([]);
  });

  it("ends an expired call, and removes an item without a call after a minute", async () => {
    const fixture = await batchFixture();
    await fixture.calls.add([spec({ expiresAt: at(-1) })]);
    for (const tid of [TID, OTHER_TID])
      await fixture.waiting.add(OWNER, { tid, notBeforeMs: ms(-61), sealedCredential: "sealed" });
    await dialer(fixture)(fixture.message);
    expect((await fixture.calls.state(TID))?.call).toMatchObject({ outcome: { status: "error", reason: "expired" } });
    expect(await fixture.waiting.list(OWNER, { limit: 10 })).toEqual([]);
    expect(called(fixture)).toEqual(numbers(0, 3));
  });

  it("ends each expired call but the one that fails, which the next step ends: else every step would fail at one of many", async () => {
    const fixture = await batchFixture();
    const tids = [TID, OTHER_TID, randomUUID()];
    await fixture.calls.add(tids.map((tid) => spec({ tid, expiresAt: at(-1) })));
    for (const tid of tids) await fixture.waiting.add(OWNER, { tid, notBeforeMs: ms(-61), sealedCredential: "sealed" });
    const failing = [...(await fixture.waiting.list(OWNER, { limit: 1 }))].map(({ tid }) => tid);
    const { save } = fixture.calls;
    const saving = vi.spyOn(fixture.calls, "save").mockImplementation(async (stored) => {
      if (failing.includes(stored.call.tid)) throw new Error("throttled");
      await save(stored);
    });
    await expect(dialer(fixture)(fixture.message)).rejects.toThrow("throttled");
    expect((await fixture.waiting.list(OWNER, { limit: 10 })).map(({ tid }) => tid)).toEqual(failing);
    saving.mockImplementation(save);
    await dialer(fixture)({ ...fixture.message, n: 1 });
    expect(await fixture.waiting.list(OWNER, { limit: 10 })).toEqual([]);
    for (const tid of tids)
      expect((await fixture.calls.state(tid))?.call).toMatchObject({ outcome: { status: "error", reason: "expired" } });
  });

  it("keeps an unreadable call waiting without holding up others", async () => {
    const fixture = await batchFixture();
    const [unreadable = ""] = tidsOf(1, 2);
    const { findQueued } = fixture.calls;
    const reading = vi.spyOn(fixture.calls, "findQueued").mockImplementation(async (tids) => {
      const found = new Map(await findQueued(tids));
      found.delete(unreadable);
      return found;
    });
    await runSteps(fixture, 6);
    expect(called(fixture)).toEqual([0, 2, 3, 4, 5, 6, 7, 8, 9].map(numberAt));
    const loop = await fixture.loops.read(OWNER);
    expect(loop.batches[BATCH_ID]?.from).toBe(1);
    reading.mockImplementation(findQueued);
    const [next] = [{ ...fixture.message, n: loop.step }];
    fixture.clock.set(new Date(loop.dueMs ?? 0).toISOString());
    await dialer(fixture)(next);
    expect(called(fixture)).toHaveLength(10);
  });

  it("sends the sweep of an expired batch", async () => {
    const entry = { from: 0, count: 10, startMs: ms(-60), expiryMs: ms(-1) };
    const fixture = await batchFixture({ loop: { batches: { [BATCH_ID]: entry } } });
    await dialer(fixture)(fixture.message);
    const sweep = { v: 1, type: "sweep", owner: OWNER, batch_id: BATCH_ID, reason: "expired", next: 0 };
    expect(fixture.timers.sent).toEqual([{ ...sweep, not_before: at(0) }]);
    expect([called(fixture), (await fixture.loops.read(OWNER)).batches]).toEqual([[], {}]);
  });
});

describe("a step that goes to rest", () => {
  it("sends once what wakes its loop, however often others write meanwhile", async () => {
    const entry = { from: 0, count: 10, startMs: ms(60), expiryMs: ms(3_600) };
    const fixture = await batchFixture({ loop: { batches: { [BATCH_ID]: entry } } });
    vi.spyOn(fixture.loops, "write").mockResolvedValueOnce(false).mockResolvedValueOnce(false);
    await dialer(fixture)(fixture.message);
    expect((await fixture.loops.read(OWNER)).dueMs).toBe(ms(60));
    const ticks = fixture.dial.sent.flatMap((message) => (message.type === "tick" ? [message.n] : []));
    // The watchdog, what wakes it, and what looks whether it woke.
    expect(ticks).toEqual([0, 1, 0]);
  });
});

describe("a step that finds a batch over", () => {
  it("dials none of its calls, and takes it out of the loop: its sweep was sent before it was over", async () => {
    const fixture = await batchFixture();
    await fixture.batches.end(BATCH_ID, "cancelled");
    await dialer(fixture)(fixture.message);
    expect(fixture.timers.sent).toMatchObject([{ type: "count_batch", batch_id: BATCH_ID }]);
    expect([called(fixture), (await fixture.loops.read(OWNER)).batches]).toEqual([[], {}]);
  });

  it("uses its room for others", async () => {
    const fixture = await batchFixture();
    await fixture.batches.end(BATCH_ID, "credential_rejected");
    await fixture.calls.add([spec()]);
    const sealedCredential = await fixture.seal.seal(CREDENTIAL, TID);
    await fixture.waiting.add(OWNER, { tid: TID, notBeforeMs: ms(-1), sealedCredential });
    await dialer(fixture)(fixture.message);
    expect(called(fixture)).toEqual([spec().to]);
  });
});

describe("a step that is delivered twice", () => {
  it("dials nobody twice, and sends nothing on", async () => {
    const fixture = await batchFixture();
    await dialer(fixture)(fixture.message);
    const sent = fixture.dial.sent.length;
    expect(await dialer(fixture)(fixture.message)).toEqual([{ event: "loop.stale", n: 0, revived: false }]);
    expect([called(fixture).length, fixture.dial.sent.length]).toEqual([3, sent]);
  });

  it("at the same time is claimed once", async () => {
    const fixture = await batchFixture();
    const logged = (await Promise.all([dialer(fixture)(fixture.message), dialer(fixture)(fixture.message)])).flat();
    expect(logged.filter(({ event }) => event === "loop.step")).toHaveLength(1);
    expect(called(fixture)).toEqual(numbers(0, 3));
  });

  it("recognises its claim when the answer was lost", async () => {
    const fixture = await batchFixture();
    const { write } = fixture.loops;
    vi.spyOn(fixture.loops, "write").mockImplementationOnce(async (...given) => {
      await write(...given);
      return false;
    });
    await dialer(fixture)(fixture.message);
    expect(called(fixture)).toEqual(numbers(0, 3));
  });
});

describe("a step that dies", () => {
  it("before its claim is repeated by the redelivered message", async () => {
    const fixture = await batchFixture();
    vi.spyOn(fixture.loops, "write").mockRejectedValueOnce(new Error("down"));
    await expect(dialer(fixture)(fixture.message)).rejects.toThrow("down");
    await dialer(fixture)(fixture.message);
    expect(called(fixture)).toEqual(numbers(0, 3));
  });

  it("after its claim is recovered by the watchdog, and the next one says how long the loop stood still", async () => {
    const fixture = await batchFixture();
    vi.spyOn(fixture.seal, "open").mockRejectedValueOnce(new Error("down"));
    const { send } = fixture.dial;
    vi.spyOn(fixture.dial, "send").mockImplementation(async (...given) => {
      if (given[0].type === "tick" && given[0].n === 1) throw new Error("down");
      await send(...given);
    });
    await expect(dialer(fixture)(fixture.message)).rejects.toThrow("down");
    vi.restoreAllMocks();
    fixture.clock.set(at(90));
    expect(await dialer(fixture)(fixture.message)).toEqual([{ event: "loop.stale", n: 0, revived: true }]);
    const [step] = await dialer(fixture)({ ...fixture.message, n: 1 });
    expect(step).toMatchObject({ event: "loop.step", n: 1, late_ms: 90_000 - STEP_MS });
    await runSteps(fixture, 6);
    expect(called(fixture)).toEqual(numbers(0, 10));
  });
});

describe("a call of a step that cannot be dialed", () => {
  it("stays queued for the next step", async () => {
    const fixture = await batchFixture();
    const { save } = fixture.calls;
    const saving = vi.spyOn(fixture.calls, "save").mockImplementation(async (stored) => {
      if (stored.call.tid === tidsOf(1, 2)[0]) throw new Error("throttled");
      await save(stored);
    });
    await expect(dialer(fixture)(fixture.message)).rejects.toThrow("throttled");
    expect(called(fixture)).toEqual([0, 2].map(numberAt));
    saving.mockImplementation(save);
    await dialer(fixture)({ ...fixture.message, n: 1 });
    expect(called(fixture)).toEqual([0, 2, 1, 3, 4].map(numberAt));
  });

  it("with a refused credential ends its batch", async () => {
    const refused = { kind: "refused", reason: "credential_rejected", why: "carrier answered 401" } as const;
    const fixture = await batchFixture({ outcome: refused });
    await dialer(fixture)(fixture.message);
    expect((await fixture.batches.find(BATCH_ID))?.over).toBe("credential_rejected");
    expect((await fixture.loops.read(OWNER)).batches).toEqual({});
    expect(fixture.timers.sent).toContainEqual(
      expect.objectContaining({ type: "sweep", batch_id: BATCH_ID, reason: "credential_rejected", next: 0 }),
    );
    const asked = fixture.carrier.placed.length;
    await runSteps(fixture, 3);
    expect(fixture.carrier.placed).toHaveLength(asked);
  });

  it("with a refused credential ends its batch only once", async () => {
    const fixture = await batchFixture();
    const asked = Promise.withResolvers<void>();
    let left = 3;
    vi.spyOn(fixture.carrier, "placeCall").mockImplementation(async () => {
      left -= 1;
      if (left === 0) asked.resolve();
      await asked.promise;
      return { kind: "refused", reason: "credential_rejected", why: "carrier answered 401" };
    });
    await dialer(fixture)(fixture.message);
    expect(left).toBe(0);
    expect(fixture.timers.sent.filter(({ type }) => type === "sweep")).toHaveLength(1);
  });

  it("with 429 goes back to its batch, and repeated refusals slow the pace", async () => {
    const throttled = { kind: "try_again", why: "429", throttled: true } as const;
    const fixture = await batchFixture({ outcome: throttled, loop: { refusedAtMs: ms(-1), refusals: 1 } });
    await dialer(fixture)(fixture.message);
    expect(await phases(fixture)).toEqual(new Array(10).fill("queued"));
    const loop = await fixture.loops.read(OWNER);
    expect([loop.currentCallsPerSecond, loop.batches[BATCH_ID]?.from]).toEqual([1.5, 0]);
    await runSteps({ ...fixture, carrier: scriptedCarrier() }, 12);
    expect([...new Set(await phases(fixture))]).toEqual(["dialing"]);
  });

  it("of a batch that is over by then ends with its reason", async () => {
    const fixture = await batchFixture({ outcome: { kind: "try_again", why: "ECONNREFUSED" } });
    const { placeCall } = fixture.carrier;
    vi.spyOn(fixture.carrier, "placeCall").mockImplementation(async (...given) => {
      await fixture.batches.end(BATCH_ID, "cancelled");
      return await placeCall(...given);
    });
    await dialer(fixture)(fixture.message);
    const found = [...(await fixture.calls.find(tidsOf(0, 3))).values()];
    expect(found.map(({ stored: { call } }) => "outcome" in call && call.outcome)).toEqual(
      new Array(3).fill({ status: "error", reason: "cancelled" }),
    );
  });
});

describe("a call that is given back while its batch ends", () => {
  it("does not bring the batch back into the loop", async () => {
    const fixture = await batchFixture({ outcome: { kind: "try_again", why: "ECONNREFUSED" } });
    const { find } = fixture.batches;
    // The batch ends, and leaves, between a look at it and the write that makes its call wait again.
    const finding = vi.spyOn(fixture.batches, "find").mockImplementation(async (id) => {
      const batch = await find(id);
      if (fixture.carrier.placed.length > 0 && batch?.over === undefined) {
        finding.mockImplementation(find);
        await endBatch({ batch: { id }, owner: OWNER, reason: "cancelled" }, fixture);
      }
      return batch;
    });
    await dialer(fixture)(fixture.message);
    expect((await fixture.batches.find(BATCH_ID))?.over).toBe("cancelled");
    expect((await fixture.loops.read(OWNER)).batches).toEqual({});
  });
});

describe("a step that is not due", () => {
  it("is sent on, with a watchdog a minute after it", async () => {
    const fixture = await batchFixture({ loop: { dueMs: ms(60) } });
    expect(await dialer(fixture)(fixture.message)).toEqual([{ event: "loop.early", n: 0 }]);
    expect(ticks(fixture)).toEqual([-1, 0]);
    expect(called(fixture)).toEqual([]);
  });

  it("for hours is sent on once, however many copies arrive", async () => {
    const fixture = await batchFixture({ loop: { dueMs: ms(7_200) } });
    for (let copy = 0; copy < 3; copy += 1) await dialer(fixture)(fixture.message);
    expect(ticks(fixture)).toEqual([0]);
    fixture.clock.set(at(900));
    for (let copy = 0; copy < 3; copy += 1) await dialer(fixture)(fixture.message);
    expect(ticks(fixture)).toEqual([0, 0]);
  });

  it("of an owner at rest does nothing", async () => {
    const fixture = await batchFixture();
    expect(await dialer(fixture)({ ...fixture.message, owner: "app:another" })).toEqual([
      { event: "loop.stale", n: 0 },
    ]);
    expect(await fixture.loops.read("app:another")).toEqual(newLoop());
  });
});
