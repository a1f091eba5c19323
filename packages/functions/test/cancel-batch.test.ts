import { callIdsOf } from "@promptcall/core/batch";
import type { CancelBatchMessage } from "@promptcall/core/messages";
import { describe, expect, it, vi } from "vitest";
import { UnknownCallError } from "../src/errors.ts";
import { timers } from "../src/timers/fire.ts";
import { at, CREDENTIAL, spec } from "./given.ts";
import { emptyWorld } from "./world.ts";

const ID = "3b241101-e2bb-4255-8caf-4136c566a962";
const message: CancelBatchMessage = {
  v: 1,
  type: "cancel_batch",
  id: "cancellation-1",
  batch_id: ID,
  next: 0,
  end: 250,
  not_before: at(0),
};

async function given(count = 250) {
  const world = emptyWorld();
  await world.calls.add(callIdsOf({ batchId: ID, from: 0, to: count }).map((tid) => spec({ tid })));
  const phases = () => world.calls.records().states.filter(({ call }) => call.phase === "completed").length;
  return { world, phases };
}

/** What is left of the batch, and what looks whether each result was heard of. */
const rest = (world: Awaited<ReturnType<typeof given>>["world"]) =>
  world.timers.sent.filter(({ type }) => type === "cancel_batch");
const announcements = (world: Awaited<ReturnType<typeof given>>["world"]) =>
  world.timers.sent.filter(({ type }) => type === "settle");

describe("the cancellation of a long batch", () => {
  it("cancels a hundred calls at a time, and sends the rest on", async () => {
    const { world, phases } = await given();
    await timers(world)(message);
    expect(phases()).toBe(100);
    expect(rest(world)).toEqual([{ ...message, next: 100 }]);
    for (const next of [100, 200]) await timers(world)({ ...message, next });
    expect(phases()).toBe(250);
    expect(rest(world).slice(1)).toEqual([{ ...message, next: 200 }]);
  });

  it("asks the carrier about ten calls a second where it may have live ones hung up", async () => {
    const { world, phases } = await given();
    const sealed_credential = await world.seal.seal(CREDENTIAL, ID);
    await timers(world)({ ...message, sealed_credential });
    expect(phases()).toBe(10);
    expect(rest(world)).toEqual([{ ...message, sealed_credential, next: 10, not_before: at(1) }]);
  });

  it("is sent on once, however often its message is delivered", async () => {
    const { world } = await given();
    await timers(world)(message);
    await timers(world)(message);
    expect(rest(world)).toHaveLength(1);
  });

  it("sends the rest on again when it died before it could remember that it had", async () => {
    const { world, phases } = await given();
    vi.spyOn(world.hops, "make").mockRejectedValueOnce(new Error("died"));
    await expect(timers(world)(message)).rejects.toThrow("died");
    await timers(world)(message);
    expect([rest(world).length, phases()]).toEqual([2, 100]);
  });

  it("cancels the others when one of them cannot be cancelled, and goes on for that one alone", async () => {
    const { world, phases } = await given(5);
    const [, second = ""] = callIdsOf({ batchId: ID, from: 0, to: 5 });
    const { save } = world.calls;
    const saving = vi.spyOn(world.calls, "save").mockImplementation(async (stored) => {
      if (stored.call.tid === second) throw new UnknownCallError(second);
      await save(stored);
    });
    const told = await timers(world)({ ...message, end: 5 });
    expect(phases()).toBe(4);
    expect(rest(world)).toEqual([{ ...message, next: 1, end: 2 }]);
    expect(told[1 as never]).toEqual({ event: "timer.cancel", tid: second, again: "UnknownCallError" });

    await expect(timers(world)({ ...message, next: 1, end: 2 })).rejects.toEqual(new UnknownCallError(second));
    saving.mockImplementation(save);
    await timers(world)({ ...message, next: 1, end: 2 });
    expect(phases()).toBe(5);
  });

  it("has each result announced again that nobody has heard of", async () => {
    const { world } = await given(2);
    const [first = "", second = ""] = callIdsOf({ batchId: ID, from: 0, to: 2 });
    vi.spyOn(world.bus, "publish").mockResolvedValueOnce();
    await timers(world)({ ...message, end: 2 });
    expect(announcements(world)).toEqual(
      [first, second].map((tid) => ({ v: 1, type: "settle", id: `cancelled_${tid}`, tid, not_before: at(20) })),
    );
    await world.deliveries.add(second, { attempt: 1, at: at(1), answer: 200, durationMs: 9 }, "delivered");
    for (const timer of announcements(world)) await timers(world)(timer);
    expect(world.bus.published.map(({ metadata }) => metadata.tid)).toEqual([second, first]);
  });
});
