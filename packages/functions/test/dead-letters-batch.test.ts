import type { DialBatchMessage } from "@promptcall/core/messages";
import { describe, expect, it, vi } from "vitest";
import { DEAD_LETTER_SCHEMAS, deadDials, deadTimers } from "../src/dead-letters/bury.ts";
import { dialer } from "../src/dialer/dial.ts";
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
    expect((await bury(remains, world)).map(({ tid }) => tid)).toEqual(tidsOf(12, 25));
    expect(new Set(completed(world).map(([, tid]) => tid))).toEqual(new Set(tidsOf(2, 25)));
  });

  it.each([{ batch_id: BATCH_ID }, { batch_id: BATCH_ID, next: 1 }, { batch_id: "batch", next: 1, end: 2 }])(
    "and does not say which calls is not one: %j",
    (letter) => expect(DEAD_LETTER_SCHEMAS.dial.safeParse(letter).success).toBe(false),
  );
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
});
