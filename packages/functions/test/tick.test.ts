import { newLoop } from "@promptcall/core/dialing/loop";
import { scriptedCarrier } from "@promptcall/simulation/twins/scripted-carrier";
import { describe, expect, it, vi } from "vitest";
import { dialer } from "../src/dialer/dial.ts";
import { endBatch } from "../src/dialing/end-batch.ts";
import { BATCH_ID, batchWorld, numberAt, OWNER, tidsOf } from "./batch-given.ts";
import { at, CREDENTIAL, DEADLINE, OTHER_TID, spec, TID } from "./given.ts";

type BatchWorld = Awaited<ReturnType<typeof batchWorld>>;

const ms = (second: number) => Date.parse(at(second));
const placed = (tids: readonly string[]) => tids.map((tid) => ({ event: "dial.placed", tid }));
const called = ({ carrier }: Pick<BatchWorld, "carrier">) => carrier.placed.map(({ call }) => call.to);
const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => numberAt(from + index));
const phases = async ({ calls, tids }: BatchWorld) =>
  [...(await calls.find(tids)).values()].map(({ stored }) => stored.call.phase);
const ticks = ({ dial }: BatchWorld) => dial.sent.flatMap((sent) => (sent.type === "tick" ? [sent.n] : []));

/** One message after the other, as the queue would hand over those of the next step. */
async function runSteps(world: BatchWorld, steps: number) {
  for (let n = 0; n < steps; n += 1) {
    const { dueMs } = await world.loops.read(OWNER);
    if (dueMs !== undefined)
      world.clock.set(new Date(Math.max(dueMs - 400, world.clock.now().getTime())).toISOString());
    await dialer(world)({ ...world.message, n });
  }
}

describe("a step of a loop", () => {
  it("dials the first calls of its batch under one deadline, each with a claim and the customer's credential", async () => {
    const world = await batchWorld();
    const step = { event: "loop.step", n: 0, calls: 3, rests: false, late_ms: 160 };
    expect(await dialer(world)(world.message)).toEqual([step, ...placed(tidsOf(0, 3))]);
    expect(called(world)).toEqual(numbers(0, 3));
    expect(world.carrier.placed.map(({ credential }) => credential)).toEqual(new Array(3).fill(CREDENTIAL));
    expect(await phases(world)).toEqual([...new Array(3).fill("dialing"), ...new Array(7).fill("queued")]);
    const claims = [...(await world.calls.find(tidsOf(0, 3))).values()].map(
      ({ stored: { call } }) => "claim" in call && call.claim?.token,
    );
    expect(world.timers.sent).toEqual([
      {
        v: 1,
        type: "step_deadlines",
        owner: OWNER,
        claim: claims[0],
        not_before: at(DEADLINE),
        singles: [],
        batches: [{ batch_id: BATCH_ID, indices: [0, 1, 2], sealed_credential: world.sealedCredential }],
      },
    ]);
    expect(new Set(claims).size).toBe(1);
  });

  it("asks for its calls 25 ms apart", async () => {
    const world = await batchWorld();
    const asked: number[] = [];
    const { placeCall } = world.carrier;
    vi.spyOn(world.carrier, "placeCall").mockImplementation(async (...given) => {
      asked.push(world.clock.now().getTime() - ms(0));
      return await placeCall(...given);
    });
    await dialer(world)(world.message);
    expect(asked.map((one) => one - (asked[0] ?? 0)).every((one) => one >= 0 && one <= 50)).toBe(true);
    expect(asked.at(-1)).toBe(160 + 50);
  });

  it("sends a watchdog and the next step", async () => {
    const world = await batchWorld();
    await dialer(world)(world.message);
    expect(ticks(world)).toEqual([0, 1]);
    expect(await world.loops.read(OWNER)).toMatchObject({ step: 1, dueMs: ms(0.16 + 1.028), watchedUntilMs: ms(90) });
  });

  it("and those after it dial every call of the batch, once, and then the loop rests", async () => {
    const world = await batchWorld();
    await runSteps(world, 6);
    expect(called(world)).toEqual(numbers(0, 10));
    const loop = await world.loops.read(OWNER);
    expect([loop.batches, loop.dueMs]).toEqual([{}, undefined]);
  });

  it("hands more than 30 calls to further messages, which dial them", async () => {
    const world = await batchWorld({ count: 200, loop: { callsPerSecond: 70, currentCallsPerSecond: 70 } });
    const told = await dialer(world)(world.message);
    expect(told).toMatchObject([{ event: "loop.handed_on", calls: 70 }]);
    expect(world.carrier.placed).toEqual([]);
    const parts = world.dial.sent.filter((sent) => sent.type === "part");
    expect(parts.map(({ batches }) => batches.map(({ indices }) => indices.length))).toEqual([[30], [30], [10]]);
    // Thirty calls wait at once, each for a moment of its own: a clock that stands still keeps none of them.
    const clock = { now: () => new Date(at(0)), reaches: async () => {} };
    for (const part of parts) await dialer({ ...world, clock })(part);
    expect(called(world).toSorted()).toEqual(numbers(0, 70));
  });

  it("dials a single call that waits beside the batch", async () => {
    const world = await batchWorld({ loop: { sinceSingle: 2 } });
    await world.calls.add([spec()]);
    const sealedCredential = await world.seal.seal(CREDENTIAL, TID);
    await world.waiting.add(OWNER, { tid: TID, notBeforeMs: ms(-1), sealedCredential });
    await dialer(world)(world.message);
    expect(called(world)).toEqual([spec().to, ...numbers(0, 2)]);
    // The step after it sees that the call waits no longer.
    await runSteps(world, 2);
    expect(await world.waiting.list(OWNER, 10)).toEqual([]);
  });

  it("ends a call that it finds too late, and forgets one of which nothing was written for a minute", async () => {
    const world = await batchWorld();
    await world.calls.add([spec({ expiresAt: at(-1) })]);
    for (const tid of [TID, OTHER_TID])
      await world.waiting.add(OWNER, { tid, notBeforeMs: ms(-61), sealedCredential: "sealed" });
    await dialer(world)(world.message);
    expect((await world.calls.state(TID))?.call).toMatchObject({ outcome: { status: "error", reason: "expired" } });
    expect(await world.waiting.list(OWNER, 10)).toEqual([]);
    expect(called(world)).toEqual(numbers(0, 3));
  });

  it("waits for a call that cannot be read for now, and holds up no other for it", async () => {
    const world = await batchWorld();
    const [unreadable = ""] = tidsOf(1, 2);
    const { find } = world.calls;
    const reading = vi.spyOn(world.calls, "find").mockImplementation(async (tids) => {
      const found = new Map(await find(tids));
      found.delete(unreadable);
      return found;
    });
    await runSteps(world, 6);
    expect(called(world)).toEqual([0, 2, 3, 4, 5, 6, 7, 8, 9].map(numberAt));
    const loop = await world.loops.read(OWNER);
    expect(loop.batches[BATCH_ID]?.from).toBe(1);
    reading.mockImplementation(find);
    const [next] = [{ ...world.message, n: loop.step }];
    world.clock.set(new Date(loop.dueMs ?? 0).toISOString());
    await dialer(world)(next);
    expect(called(world)).toHaveLength(10);
  });

  it("has a batch that it finds too late swept", async () => {
    const entry = { from: 0, count: 10, startMs: ms(-60), expiryMs: ms(-1) };
    const world = await batchWorld({ loop: { batches: { [BATCH_ID]: entry } } });
    await dialer(world)(world.message);
    const sweep = { v: 1, type: "sweep", owner: OWNER, batch_id: BATCH_ID, reason: "expired", next: 0 };
    expect(world.timers.sent).toEqual([{ ...sweep, not_before: at(0) }]);
    expect([called(world), (await world.loops.read(OWNER)).batches]).toEqual([[], {}]);
  });
});

describe("a step that finds a batch over", () => {
  it("dials none of its calls, and has them ended: whoever said so may have died over it", async () => {
    const world = await batchWorld();
    await world.batches.end(BATCH_ID, "cancelled");
    await dialer(world)(world.message);
    const sweep = { v: 1, type: "sweep", owner: OWNER, batch_id: BATCH_ID, reason: "cancelled", next: 0 };
    expect(world.timers.sent).toContainEqual({ ...sweep, not_before: at(0) });
    expect([called(world), (await world.loops.read(OWNER)).batches]).toEqual([[], {}]);
  });

  it("has its room for others", async () => {
    const world = await batchWorld();
    await world.batches.end(BATCH_ID, "credential_rejected");
    await world.calls.add([spec()]);
    const sealedCredential = await world.seal.seal(CREDENTIAL, TID);
    await world.waiting.add(OWNER, { tid: TID, notBeforeMs: ms(-1), sealedCredential });
    await dialer(world)(world.message);
    expect(called(world)).toEqual([spec().to]);
  });
});

describe("a step that is delivered twice", () => {
  it("dials nobody twice, and sends nothing on", async () => {
    const world = await batchWorld();
    await dialer(world)(world.message);
    const sent = world.dial.sent.length;
    expect(await dialer(world)(world.message)).toEqual([{ event: "loop.stale", n: 0, revived: false }]);
    expect([called(world).length, world.dial.sent.length]).toEqual([3, sent]);
  });

  it("at the same time is taken by one of them", async () => {
    const world = await batchWorld();
    const told = (await Promise.all([dialer(world)(world.message), dialer(world)(world.message)])).flat();
    expect(told.filter(({ event }) => event === "loop.step")).toHaveLength(1);
    expect(called(world)).toEqual(numbers(0, 3));
  });

  it("is its own when the answer to its claim was lost", async () => {
    const world = await batchWorld();
    const { write } = world.loops;
    vi.spyOn(world.loops, "write").mockImplementationOnce(async (...given) => {
      await write(...given);
      return false;
    });
    await dialer(world)(world.message);
    expect(called(world)).toEqual(numbers(0, 3));
  });
});

describe("a step that dies", () => {
  it("before its claim leaves everything to the message that comes again", async () => {
    const world = await batchWorld();
    vi.spyOn(world.loops, "write").mockRejectedValueOnce(new Error("down"));
    await expect(dialer(world)(world.message)).rejects.toThrow("down");
    await dialer(world)(world.message);
    expect(called(world)).toEqual(numbers(0, 3));
  });

  it("after its claim is made good by the watchdog: the next step finds its calls queued", async () => {
    const world = await batchWorld();
    vi.spyOn(world.seal, "open").mockRejectedValueOnce(new Error("down"));
    const { send } = world.dial;
    vi.spyOn(world.dial, "send").mockImplementation(async (...given) => {
      if (given[0].type === "tick" && given[0].n === 1) throw new Error("down");
      await send(...given);
    });
    await expect(dialer(world)(world.message)).rejects.toThrow("down");
    vi.restoreAllMocks();
    world.clock.set(at(90));
    expect(await dialer(world)(world.message)).toEqual([{ event: "loop.stale", n: 0, revived: true }]);
    await runSteps(world, 6);
    expect(called(world)).toEqual(numbers(0, 10));
  });
});

describe("a call of a step that cannot be dialed", () => {
  it("stays queued while the others are dialed, and goes with the next step", async () => {
    const world = await batchWorld();
    const { save } = world.calls;
    const saving = vi.spyOn(world.calls, "save").mockImplementation(async (stored) => {
      if (stored.call.tid === tidsOf(1, 2)[0]) throw new Error("throttled");
      await save(stored);
    });
    await expect(dialer(world)(world.message)).rejects.toThrow("throttled");
    expect(called(world)).toEqual([0, 2].map(numberAt));
    saving.mockImplementation(save);
    await dialer(world)({ ...world.message, n: 1 });
    expect(called(world)).toEqual([0, 2, 1, 3, 4].map(numberAt));
  });

  it("for want of a credential that the carrier takes ends its batch: no other is asked for", async () => {
    const refused = { kind: "refused", reason: "credential_rejected", why: "carrier answered 401" } as const;
    const world = await batchWorld({ outcome: refused });
    await dialer(world)(world.message);
    expect((await world.batches.find(BATCH_ID))?.over).toBe("credential_rejected");
    expect((await world.loops.read(OWNER)).batches).toEqual({});
    expect(world.timers.sent).toContainEqual(
      expect.objectContaining({ type: "sweep", batch_id: BATCH_ID, reason: "credential_rejected", next: 0 }),
    );
    const asked = world.carrier.placed.length;
    await runSteps(world, 3);
    expect(world.carrier.placed).toHaveLength(asked);
  });

  it("for want of such a credential ends its batch once, however many were asked for by then", async () => {
    const world = await batchWorld();
    const asked = Promise.withResolvers<void>();
    let left = 3;
    vi.spyOn(world.carrier, "placeCall").mockImplementation(async () => {
      left -= 1;
      if (left === 0) asked.resolve();
      await asked.promise;
      return { kind: "refused", reason: "credential_rejected", why: "carrier answered 401" };
    });
    await dialer(world)(world.message);
    expect(left).toBe(0);
    expect(world.timers.sent.filter(({ type }) => type === "sweep")).toHaveLength(1);
  });

  it("for want of room at the carrier goes back to its batch, and the pace is slowed where that goes on", async () => {
    const throttled = { kind: "try_again", why: "429", throttled: true } as const;
    const world = await batchWorld({ outcome: throttled, loop: { refusedAtMs: ms(-1), refusals: 1 } });
    await dialer(world)(world.message);
    expect(await phases(world)).toEqual(new Array(10).fill("queued"));
    const loop = await world.loops.read(OWNER);
    expect([loop.currentCallsPerSecond, loop.batches[BATCH_ID]?.from]).toEqual([1.5, 0]);
    await runSteps({ ...world, carrier: scriptedCarrier() }, 12);
    expect([...new Set(await phases(world))]).toEqual(["dialing"]);
  });

  it("of a batch that is over by then ends as that did", async () => {
    const world = await batchWorld({ outcome: { kind: "try_again", why: "ECONNREFUSED" } });
    const { placeCall } = world.carrier;
    vi.spyOn(world.carrier, "placeCall").mockImplementation(async (...given) => {
      await world.batches.end(BATCH_ID, "cancelled");
      return await placeCall(...given);
    });
    await dialer(world)(world.message);
    const found = [...(await world.calls.find(tidsOf(0, 3))).values()];
    expect(found.map(({ stored: { call } }) => "outcome" in call && call.outcome)).toEqual(
      new Array(3).fill({ status: "error", reason: "cancelled" }),
    );
  });
});

describe("a call that is given back while its batch ends", () => {
  it("does not bring the batch back into the loop", async () => {
    const world = await batchWorld({ outcome: { kind: "try_again", why: "ECONNREFUSED" } });
    const { find } = world.batches;
    // The batch ends, and leaves, between a look at it and the write that makes its call wait again.
    const finding = vi.spyOn(world.batches, "find").mockImplementation(async (id) => {
      const batch = await find(id);
      if (world.carrier.placed.length > 0 && batch?.over === undefined) {
        finding.mockImplementation(find);
        await endBatch({ batch: { id }, owner: OWNER, reason: "cancelled" }, world);
      }
      return batch;
    });
    await dialer(world)(world.message);
    expect((await world.batches.find(BATCH_ID))?.over).toBe("cancelled");
    expect((await world.loops.read(OWNER)).batches).toEqual({});
  });
});

describe("a step that is not due", () => {
  it("is sent on, with a watchdog for a minute after it", async () => {
    const world = await batchWorld({ loop: { dueMs: ms(60) } });
    expect(await dialer(world)(world.message)).toEqual([{ event: "loop.early", n: 0 }]);
    expect(ticks(world)).toEqual([-1, 0]);
    expect(called(world)).toEqual([]);
  });

  it("for hours is sent on once, however many copies of it come", async () => {
    const world = await batchWorld({ loop: { dueMs: ms(7_200) } });
    for (let copy = 0; copy < 3; copy += 1) await dialer(world)(world.message);
    expect(ticks(world)).toEqual([0]);
    world.clock.set(at(900));
    for (let copy = 0; copy < 3; copy += 1) await dialer(world)(world.message);
    expect(ticks(world)).toEqual([0, 0]);
  });

  it("of an owner at rest does nothing", async () => {
    const world = await batchWorld();
    expect(await dialer(world)({ ...world.message, owner: "app:another" })).toEqual([{ event: "loop.stale", n: 0 }]);
    expect(await world.loops.read("app:another")).toEqual(newLoop());
  });
});
