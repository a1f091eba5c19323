import type { DialBatchMessage } from "@promptcall/core/messages";
import { describe, expect, it, vi } from "vitest";
import { DEAD_LETTER_SCHEMAS, deadDials, deadTimers } from "../src/dead-letters/bury.ts";
import { dialer } from "../src/dialer/dial.ts";
import { MalformedRecordError, NotYetError, UnknownCallError } from "../src/errors.ts";
import { BATCH_ID, batchWorld, OWNER, tidsOf } from "./batch-given.ts";
import { at } from "./given.ts";

type BatchWorld = Awaited<ReturnType<typeof batchWorld>>;

const bury = async (letter: unknown, world: BatchWorld) =>
  [await deadDials(world)(DEAD_LETTER_SCHEMAS.dial.parse(letter))].flat();
const buried = (tids: readonly string[], type: string) =>
  tids.map((tid) => ({ event: "dead_letter.buried", tid, type, phase: "completed", result: "error" }));
const phases = async ({ calls, tids }: BatchWorld) =>
  [...(await calls.find(tids)).values()].map(({ stored }) => stored.call.phase);
const completed = ({ bus }: BatchWorld) =>
  bus.published.map(({ type, metadata: { tid }, data }) => [type, tid, "reason" in data && data.reason]);
const refused = (tids: readonly string[]) => tids.map((tid) => ["call.completed", tid, "dial_refused"]);

/** What is left of a message that cannot be read. */
const remains = { v: 0, batch_id: BATCH_ID, next: 2, end: 25, poisoned: true };

/** What it was before there were loops. */
const old = ({ sealedCredential }: BatchWorld): DialBatchMessage => ({
  v: 1,
  type: "dial_batch",
  batch_id: BATCH_ID,
  application_id: "app",
  next: 3,
  until: 6,
  end: 10,
  lanes: 1,
  sealed_credential: sealedCredential,
});

describe("a dead message of a loop", () => {
  const ticks = ({ dial }: BatchWorld) => dial.sent.flatMap((sent) => (sent.type === "tick" ? [sent.n] : []));

  it("has the step that is next sent for, whichever it was, and somebody look after that", async () => {
    const world = await batchWorld({ loop: { step: 12 } });
    expect(await bury({ ...world.message, n: 3 }, world)).toEqual([{ event: "dead_letter.buried", type: "tick" }]);
    expect(ticks(world)).toEqual([12, 11]);
  });

  it("has it sent for also where it cannot be read", async () => {
    const world = await batchWorld({ loop: { step: 12 } });
    const { owner, n } = world.message;
    await bury({ v: 0, owner, n, poisoned: true }, world);
    expect(ticks(world)).toEqual([12, 11]);
  });

  it("leads to nothing where the loop is at rest", async () => {
    const world = await batchWorld();
    await bury({ ...world.message, owner: "app:another" }, world);
    expect(world.dial.sent).toEqual([]);
  });

  it("that is a part of a step leads to nothing: its calls are queued, and go with the next one", async () => {
    const world = await batchWorld();
    const part = { v: 1, type: "part", owner: OWNER, at: at(0), singles: [], batches: [] };
    expect(await bury(part, world)).toEqual([{ event: "dead_letter.ignored", type: "part" }]);
    expect([world.dial.sent, completed(world)]).toEqual([[], []]);
  });

  it("from before there were loops has its batch wait in one", async () => {
    const world = await batchWorld({ loop: { batches: {} } });
    expect(await bury(old(world), world)).toMatchObject([{ event: "dial.waits", batch_id: BATCH_ID, calls: 7 }]);
    expect((await world.loops.read(OWNER)).batches[BATCH_ID]).toMatchObject({ from: 3, count: 10 });
    expect(completed(world)).toEqual([]);
  });

  it("has it wait in one also where the progress of its last call cannot be read", async () => {
    const world = await batchWorld({ loop: { batches: {} } });
    vi.spyOn(world.calls, "find").mockRejectedValue(new MalformedRecordError("it has another form than expected"));
    expect(await bury(old(world), world)).toMatchObject([{ event: "dial.waits", batch_id: BATCH_ID, calls: 7 }]);
    expect((await world.loops.read(OWNER)).batches[BATCH_ID]).toMatchObject({ from: 3, count: 10 });
  });
});

describe("a dead batch that cannot be read", () => {
  it("still says which of its calls were waiting, and all of them are given up", async () => {
    const world = await batchWorld({ count: 25 });
    expect(await bury(remains, world)).toEqual(buried(tidsOf(2, 25), "unreadable_batch"));
    expect(completed(world)).toEqual(refused(tidsOf(2, 25)));
    expect(await phases(world)).toEqual([...new Array(2).fill("queued"), ...new Array(23).fill("completed")]);
    expect(world.dial.sent).toEqual([]);
  });

  it("is counted when its calls are given up: no loop has had it, whose last step would send for that", async () => {
    const world = await batchWorld({ count: 25 });
    await bury(remains, world);
    const counts = world.timers.sent.filter(({ type }) => type === "count_batch");
    expect(counts).toMatchObject([{ batch_id: BATCH_ID, looks: 0 }]);
  });

  it("goes on where it was when it is delivered again: it might not come to its end in one go", async () => {
    const world = await batchWorld({ count: 25 });
    const { publish } = world.bus;
    let published = 0;
    const publishing = vi.spyOn(world.bus, "publish").mockImplementation(async (events) => {
      published += 1;
      if (published > 15) throw new Error("throttled");
      await publish(events);
    });
    await expect(bury(remains, world)).rejects.toThrow("throttled");
    expect(completed(world)).toHaveLength(15);
    publishing.mockImplementation(publish);
    expect((await bury(remains, world)).map(({ tid }) => tid)).toEqual(tidsOf(17, 25));
    expect(new Set(completed(world).map(([, tid]) => tid))).toEqual(new Set(tidsOf(2, 25)));
  });

  it.each([{ batch_id: BATCH_ID }, { batch_id: BATCH_ID, next: 1 }, { batch_id: "batch", next: 1, end: 2 }])(
    "and does not say which calls is not one: %j",
    (letter) => expect(DEAD_LETTER_SCHEMAS.dial.safeParse(letter).success).toBe(false),
  );
});

describe("a dead batch that waits for its time", () => {
  const not_before = at(41 * 3_600);

  it("goes back to wait for it", async () => {
    const world = await batchWorld();
    const letter = { ...old(world), not_before };
    expect(await bury(letter, world)).toEqual([{ event: "message.early", hops: 1, copy: false }]);
    expect(world.dial.sent).toEqual([{ ...letter, hops: 1 }]);
    expect(completed(world)).toEqual([]);
  });

  it("waits where it is when it cannot be read", async () => {
    const world = await batchWorld({ count: 25 });
    await expect(bury({ ...remains, not_before }, world)).rejects.toBeInstanceOf(NotYetError);
    expect(completed(world)).toEqual([]);
  });
});

describe("a call of a dead step that cannot be given up", () => {
  it("stops none of the others, and is tried again", async () => {
    const world = await batchWorld({ count: 25 });
    const [poisoned = "", ...others] = tidsOf(2, 25);
    const { state } = world.calls;
    const reading = vi.spyOn(world.calls, "state").mockImplementation(async (tid) => {
      if (tid === poisoned) throw new UnknownCallError(tid);
      return await state(tid);
    });
    await expect(bury(remains, world)).rejects.toEqual(new UnknownCallError(poisoned));
    expect(completed(world)).toEqual(refused(others));
    reading.mockImplementation(state);
    await bury(remains, world);
    expect(completed(world)).toContainEqual(["call.completed", poisoned, "dial_refused"]);
  });
});

describe("a dead cancellation of a batch", () => {
  const cancel = { v: 1, type: "cancel_batch", id: "c", batch_id: BATCH_ID, next: 0, end: 25, not_before: at(0) };
  const dead = async (letter: unknown, world: BatchWorld) =>
    await deadTimers(world)(DEAD_LETTER_SCHEMAS.timers.parse(letter));
  const cancelled = (tids: readonly string[]) => tids.map((tid) => ["call.completed", tid, "cancelled"]);

  it.each([
    ["a sweep", { v: 1, type: "sweep", owner: OWNER, batch_id: BATCH_ID, reason: "cancelled", next: 0 }],
    ["one from before there were loops", cancel],
  ])("is done here, without the credential: %s", async (_, message) => {
    const world = await batchWorld({ count: 25 });
    await dead({ ...message, not_before: at(0), sealed_credential: "sealed" }, world);
    expect(completed(world)).toEqual(cancelled(tidsOf(0, 25)));
    expect((await world.loops.read(OWNER)).batches).toEqual({});
  });

  it("has its calls counted by one message, however often it comes", async () => {
    const world = await batchWorld({ count: 25 });
    const sweep = { v: 1, type: "sweep", owner: OWNER, batch_id: BATCH_ID, reason: "cancelled", next: 0 };
    for (let time = 0; time < 3; time += 1) await dead({ ...sweep, end: 1, not_before: at(0) }, world);
    expect(world.timers.sent.filter(({ type }) => type === "count_batch")).toHaveLength(1);
  });

  it("is done from where it had come, for the reason that is on record, where it cannot be read", async () => {
    const world = await batchWorld({ count: 25 });
    await world.batches.end(BATCH_ID, "expired");
    await dead({ v: 0, owner: OWNER, batch_id: BATCH_ID, next: 10 }, world);
    expect(completed(world)).toEqual(tidsOf(10, 25).map((tid) => ["call.completed", tid, "expired"]));
  });

  it("is done where it cannot be read and nobody has said why, once the batch's time is over", async () => {
    const world = await batchWorld({ count: 25 });
    world.clock.set(at(3_601));
    await dead({ v: 0, owner: OWNER, batch_id: BATCH_ID, next: 0 }, world);
    expect(completed(world)).toEqual(tidsOf(0, 25).map((tid) => ["call.completed", tid, "expired"]));
    expect((await world.loops.read(OWNER)).batches).toEqual({});
  });

  it("cancels all of them where it cannot be read", async () => {
    const world = await batchWorld({ count: 25 });
    await dead({ ...cancel, v: 0 }, world);
    expect(completed(world)).toEqual(cancelled(tidsOf(0, 25)));
  });
});

describe("the dead deadline of calls that were dialed together", () => {
  const dead = async (letter: unknown, world: BatchWorld) =>
    await deadTimers(world)(DEAD_LETTER_SCHEMAS.timers.parse(letter));

  /** A step that was dialed, and its deadline once that is dead. */
  async function overdue() {
    const world = await batchWorld({ count: 4 });
    await dialer({ ...world, verboseEvents: false })(world.message);
    const [letter] = world.timers.sent;
    if (letter?.type !== "step_deadlines") throw new Error("there is no deadline");
    world.clock.set(at(391));
    return { world, letter };
  }
  const lost = (tids: readonly string[]) => tids.map((tid) => ["call.completed", tid, "no_completion"]);

  it.each([
    ["under its claim, without the carrier and the credential", {}],
    ["whatever their claim, where it cannot be read", { v: 0, type: "poisoned", claim: undefined }],
    ["also where it names no owner, as one of a call from before there were loops", { v: 0, owner: undefined }],
  ])("closes each of them %s", async (_, changes) => {
    const { world, letter } = await overdue();
    await dead({ ...letter, not_before: at(390), ...changes }, world);
    expect(completed(world)).toEqual(lost(tidsOf(0, 3)));
    expect(world.carrier.asked).toEqual([]);
    expect((await phases(world)).at(-1)).toBe("queued");
  });

  it("closes each of them also where it is from before there were loops, and cannot be read", async () => {
    const { world } = await overdue();
    await dead({ v: 0, batch_id: BATCH_ID, next: 0, until: 3, not_before: at(390) }, world);
    expect(completed(world)).toEqual(lost(tidsOf(0, 3)));
  });

  it("goes back to wait for its time when that has not come", async () => {
    const { world, letter } = await overdue();
    const early = { ...letter, not_before: at(400) };
    expect(await dead(early, world)).toEqual({ event: "message.early", hops: 1, copy: false });
    expect(world.timers.sent.at(-1)).toEqual({ ...early, hops: 1 });
  });

  it("closes the others when one of them cannot be closed, and goes on for that one alone", async () => {
    const { world, letter } = await overdue();
    vi.spyOn(world.bus, "publish").mockRejectedValueOnce(new Error("down"));
    await dead({ ...letter, not_before: at(390) }, world);
    expect(completed(world)).toHaveLength(2);
    await dead(world.timers.sent.at(-1), world);
    expect(new Set(completed(world).map(([, tid]) => tid))).toEqual(new Set(tidsOf(0, 3)));
  });
});
