import type { CallbackMessage } from "@promptcall/core/messages";
import { PLACES, receiverOf } from "@promptcall/core/receiver-places";
import { queueTwin } from "@promptcall/simulation/twins/queue";
import { ReceiverPlaces } from "@promptcall/simulation/twins/receivers";
import { describe, expect, it, vi } from "vitest";
import { dispatcher } from "../src/dispatcher/deliver.ts";
import type { Place } from "../src/ports.ts";
import { after, at, claim, KEYS, queued, report, SETTINGS, spec, TID } from "./given.ts";
import { worldWith } from "./world.ts";

const completed = () =>
  after(queued(), claim(), report(2, { type: "line", status: "rejected" }), {
    type: "settle",
    id: "settle",
    at: at(30),
    settleSeconds: 20,
  });

const first: CallbackMessage = { v: 1, type: "callback", tid: TID, attempt: 1, not_before: at(30) };
const receiver = receiverOf({ applicationId: "app", url: spec().callback.url });

/** First attempts, with so many of the receiver's places taken by others since the first second. */
async function firsts({ taken }: { taken: number }) {
  const world = await worldWith(completed(), { now: at(60) });
  const receivers = new ReceiverPlaces().portFor(world);
  const places: Place[] = [];
  for (let count = 0; count < taken; count += 1) {
    const place = await receivers.enter(receiver);
    if (typeof place !== "string") places.push(place);
  }
  const again = queueTwin<CallbackMessage>(world);
  const ports = {
    ...world,
    keys: [KEYS.callback] as const,
    settings: SETTINGS.callback,
    admission: { receivers, again },
  };
  return { ...ports, again, places };
}

const untouched = { attempts: [], state: "pending" };

describe("a first attempt", () => {
  it("is made where its receiver has a place left, and gives it back", async () => {
    const world = await firsts({ taken: PLACES - 1 });
    expect(await dispatcher(world)(first)).toMatchObject({ event: "callback.delivered" });
    expect(await world.admission.receivers.enter(receiver)).toMatchObject({ leave: expect.any(Function) });
  });

  it("gives its place back when it fails, too", async () => {
    const world = await firsts({ taken: PLACES - 1 });
    vi.spyOn(world.sender, "send").mockRejectedValueOnce(new Error("crash"));
    await expect(dispatcher(world)(first)).rejects.toThrow("crash");
    expect(await world.admission.receivers.enter(receiver)).toMatchObject({ leave: expect.any(Function) });
  });

  it("looks again in a moment where the receiver is busy, and that is no attempt", async () => {
    const world = await firsts({ taken: PLACES });
    expect(await dispatcher(world)(first)).toEqual({ event: "callback.receiver_busy", tid: TID, attempt: 1 });
    expect(world.again.sent).toEqual([{ ...first, not_before: at(61) }]);
    expect([world.sender.requests, world.callbacks.sent]).toEqual([[], []]);
    expect(await world.deliveries.read(TID)).toEqual(untouched);
  });

  it("goes to where it waits for nobody else when the receiver is slow, and that is no attempt", async () => {
    const world = await firsts({ taken: PLACES });
    world.clock.set(at(62));
    expect(await dispatcher(world)(first)).toEqual({ event: "callback.receiver_slow", tid: TID, attempt: 1 });
    expect(world.callbacks.sent).toEqual([first]);
    expect([world.sender.requests, world.again.sent]).toEqual([[], []]);
    expect(await world.deliveries.read(TID)).toEqual(untouched);
  });

  it("is made there, whatever places there are", async () => {
    const { admission: _, ...later } = await firsts({ taken: PLACES });
    expect(await dispatcher(later)(first)).toMatchObject({ event: "callback.delivered", attempt: 1 });
  });

  it("of another application to the same server does not mind", async () => {
    const world = await firsts({ taken: 0 });
    const others = receiverOf({ applicationId: "other", url: spec().callback.url });
    for (let count = 0; count < PLACES; count += 1) await world.admission.receivers.enter(others);
    expect(await dispatcher(world)(first)).toMatchObject({ event: "callback.delivered" });
  });

  it("that is on record takes no place to do what follows", async () => {
    const world = await firsts({ taken: PLACES });
    const { admission: _, ...later } = world;
    await dispatcher(later)(first);
    expect(await dispatcher(world)(first)).toMatchObject({ event: "callback.delivered" });
    expect(world.sender.requests).toHaveLength(1);
  });
});
