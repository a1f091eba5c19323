import { callIdsOf } from "@promptcall/core/batch";
import type { CancelBatchMessage } from "@promptcall/core/messages";
import { describe, expect, it, vi } from "vitest";
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

describe("the cancellation of a long batch", () => {
  it("cancels a hundred calls at a time, and sends the rest on", async () => {
    const { world, phases } = await given();
    await timers(world)(message);
    expect(phases()).toBe(100);
    expect(world.timers.sent).toEqual([{ ...message, next: 100 }]);
    for (const next of [100, 200]) await timers(world)({ ...message, next });
    expect(phases()).toBe(250);
    expect(world.timers.sent.slice(1)).toEqual([{ ...message, next: 200 }]);
  });

  it("asks the carrier about ten calls a second where it may have live ones hung up", async () => {
    const { world, phases } = await given();
    const sealed_credential = await world.seal.seal(CREDENTIAL, ID);
    await timers(world)({ ...message, sealed_credential });
    expect(phases()).toBe(10);
    expect(world.timers.sent).toEqual([{ ...message, sealed_credential, next: 10, not_before: at(1) }]);
  });

  it("is sent on once, however often its message is delivered", async () => {
    const { world } = await given();
    await timers(world)(message);
    await timers(world)(message);
    expect(world.timers.sent).toHaveLength(1);
  });

  it("sends the rest on again when it died before it could remember that it had", async () => {
    const { world, phases } = await given();
    vi.spyOn(world.hops, "make").mockRejectedValueOnce(new Error("died"));
    await expect(timers(world)(message)).rejects.toThrow("died");
    await timers(world)(message);
    expect([world.timers.sent.length, phases()]).toEqual([2, 100]);
  });
});
