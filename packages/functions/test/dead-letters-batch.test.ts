import type { DialBatchMessage } from "@promptcall/core/messages";
import { describe, expect, it, vi } from "vitest";
import { DEAD_LETTER_SCHEMAS, deadDials, deadTimers } from "../src/dead-letters/bury.ts";
import { dialer } from "../src/dialer/dial.ts";
import { NotYetError, UnknownCallError } from "../src/errors.ts";
import { BATCH_ID, batchWorld, tidsOf } from "./batch-given.ts";
import { at, CREDENTIAL } from "./given.ts";

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

describe("a dead step of a batch", () => {
  it("gives its own calls up, and sends the rest on", async () => {
    const world = await batchWorld();
    const letter: DialBatchMessage = { ...world.message, next: 3, until: 6, not_before: at(0) };
    expect(await bury({ ...letter, due: at(0.15) }, world)).toEqual(buried(tidsOf(3, 6), "dial_batch"));
    expect(completed(world)).toEqual(refused(tidsOf(3, 6)));
    const [queued, done] = ["queued", "completed"];
    expect(await phases(world)).toEqual([queued, queued, queued, done, done, done, queued, queued, queued, queued]);
    expect(world.dial.sent).toEqual([{ ...letter, next: 6, until: 9, not_before: at(1) }]);
  });

  it("does not send on again what it had sent on before it died", async () => {
    const world = await batchWorld();
    vi.spyOn(world.calls, "find").mockRejectedValueOnce(new Error("down"));
    await expect(dialer(world)(world.message)).rejects.toThrow("down");
    expect(world.dial.sent).toHaveLength(1);
    await bury(world.message, world);
    expect(world.dial.sent).toHaveLength(1);
    expect(completed(world)).toEqual(refused(tidsOf(0, 3)));
  });

  it("leaves those of its calls that were dialed to their deadlines", async () => {
    const world = await batchWorld({ count: 3 });
    const [first, ...others] = tidsOf(0, 3);
    const sealed_credential = await world.seal.seal(CREDENTIAL, first ?? "");
    vi.spyOn(world.bus, "publish").mockResolvedValueOnce();
    await dialer(world)({ v: 1, type: "dial", tid: first ?? "", sealed_credential });
    const dialed = { event: "dead_letter.buried", tid: first, type: "dial_batch", phase: "dialing", refused: "dialed" };
    expect(await bury(world.message, world)).toEqual([dialed, ...buried(others, "dial_batch")]);
    expect(completed(world)).toEqual(refused(others));
  });

  it("announces its results again when it is delivered again after a crash", async () => {
    const world = await batchWorld({ count: 3 });
    vi.spyOn(world.bus, "publish").mockRejectedValueOnce(new Error("crash"));
    await expect(bury(world.message, world)).rejects.toThrow("crash");
    await bury(world.message, world);
    expect(new Set(completed(world).map(([, tid]) => tid))).toEqual(new Set(tidsOf(0, 3)));
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

  it("goes back to wait for it, with the places it is to be given then", async () => {
    const world = await batchWorld();
    const letter = { ...world.message, not_before, place_by: at(42 * 3_600) };
    expect(await bury(letter, world)).toEqual([{ event: "message.early", hops: 1, copy: false }]);
    expect(world.dial.sent).toEqual([{ ...letter, hops: 1 }]);
    expect(completed(world)).toEqual([]);
  });

  it("waits where it is when it cannot be read", async () => {
    const world = await batchWorld({ count: 25 });
    await expect(bury({ ...remains, not_before }, world)).rejects.toBeInstanceOf(NotYetError);
    expect(completed(world)).toEqual([]);
  });

  it("is still given its places once its time has come", async () => {
    const world = await batchWorld();
    const letter = { ...world.message, not_before: at(0), place_by: at(600) };
    await bury(letter, world);
    expect(world.dial.sent).toMatchObject([{ next: 3, place_by: at(600) }]);
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

  it("cancels what is queued of its own step, and sends the rest on, which has the credential", async () => {
    const world = await batchWorld({ count: 25 });
    const letter = { ...cancel, sealed_credential: world.message.sealed_credential };
    await dead(letter, world);
    expect(completed(world)).toEqual(cancelled(tidsOf(0, 10)));
    expect(world.timers.sent.filter(({ type }) => type === "cancel_batch")).toEqual([
      { ...letter, next: 10, not_before: at(1) },
    ]);
  });

  it("cancels all of them where it cannot be read", async () => {
    const world = await batchWorld({ count: 25 });
    await dead({ ...cancel, v: 0 }, world);
    expect(completed(world)).toEqual(cancelled(tidsOf(0, 25)));
  });
});

describe("the dead deadline of calls that were dialed together", () => {
  const deadline = { v: 1, type: "deadlines", batch_id: BATCH_ID, next: 0, until: 3, not_before: at(390) };
  const dead = async (letter: unknown, world: BatchWorld) =>
    await deadTimers(world)(DEAD_LETTER_SCHEMAS.timers.parse(letter));

  it.each([
    ["under its claim", { sealed_credential: "sealed" }, "deadlines"],
    ["whatever their claim, where it cannot be read", { v: 0 }, "unreadable_deadlines"],
  ])("closes each of them %s", async (_, changes, type) => {
    const world = await batchWorld({ count: 4 });
    await dialer({ ...world, verboseEvents: false })(world.message);
    const [timer] = world.timers.sent;
    const token = timer?.type === "deadlines" ? timer.claim : "";
    world.clock.set(at(391));
    expect(await dead({ ...deadline, claim: token, ...changes }, world)).toEqual(
      tidsOf(0, 3).map((tid) => ({
        event: "dead_letter.buried",
        tid,
        type,
        phase: "completed",
        result: "error",
        unheard: false,
      })),
    );
    expect(completed(world)).toEqual(tidsOf(0, 3).map((tid) => ["call.completed", tid, "no_completion"]));
    expect((await phases(world)).at(-1)).toBe("queued");
  });

  it("goes back to wait for its time when that has not come", async () => {
    const world = await batchWorld({ count: 4 });
    const letter = { ...deadline, claim: "claim", sealed_credential: "sealed" };
    expect(await dead(letter, world)).toEqual({ event: "message.early", hops: 1, copy: false });
    expect(world.timers.sent).toEqual([{ ...letter, hops: 1 }]);
  });

  it("closes the others when one of them cannot be closed", async () => {
    const world = await batchWorld({ count: 3 });
    await dialer({ ...world, verboseEvents: false })(world.message);
    const [timer] = world.timers.sent;
    world.clock.set(at(391));
    vi.spyOn(world.bus, "publish").mockRejectedValueOnce(new Error("down"));
    const letter = { ...timer, not_before: at(390) };
    await expect(dead(letter, world)).rejects.toThrow("down");
    expect(completed(world)).toHaveLength(2);
    await dead(letter, world);
    expect(new Set(completed(world).map(([, tid]) => tid))).toEqual(new Set(tidsOf(0, 3)));
  });
});
