import type { CallbackMessage } from "@promptcall/core/messages";
import { PLACES, receiverOf } from "@promptcall/core/receiver-places";
import { queueTwin } from "@promptcall/simulation/twins/queue";
import { ReceiverPlaces } from "@promptcall/simulation/twins/receivers";
import { scriptedSender } from "@promptcall/simulation/twins/scripted-sender";
import { describe, expect, it, vi } from "vitest";
import { dispatcher } from "../src/dispatcher/deliver.ts";
import type { Receivers, Visit } from "../src/ports/receivers.ts";
import { after, at, claim, KEYS, queued, report, SETTINGS, spec, TID } from "./given.ts";
import { worldWith } from "./world.ts";

const completed = () => after(queued(), claim(), report(2, { type: "line", status: "rejected" }));

const first: CallbackMessage = { v: 1, type: "callback", tid: TID, attempt: 1, not_before: at(30) };
const receiver = receiverOf({ applicationId: "app", url: spec().callback.url });

async function take({ enter }: Receivers, { receiver, count }: { receiver: string; count: number }) {
  const visits = await Promise.all(Array.from({ length: count }, () => enter(receiver)));
  for (const visit of visits as Visit[]) expect(await visit.stay()).toBe(true);
}

/** First attempts, with so many of the receiver's places taken by others since the first second. */
async function firsts({ taken, ...manner }: { taken: number; slow?: boolean }) {
  const world = await worldWith(completed(), { now: at(60) });
  const receivers = new ReceiverPlaces().portFor(world);
  await take(receivers, { receiver, count: taken });
  const again = queueTwin<CallbackMessage>(world);
  const ports = {
    ...world,
    ...(manner.slow && { sender: scriptedSender({ slowly: { httpStatus: 200, durationMs: 4_000 } }) }),
    keys: [KEYS.callback] as const,
    settings: SETTINGS.callback,
    admission: { receivers, again },
  };
  return { ...ports, again };
}

const untouched = { attempts: [], state: "pending" };

describe("a first attempt", () => {
  it("takes no place where the answer comes at once", async () => {
    const world = await firsts({ taken: PLACES - 1 });
    vi.spyOn(world.sender, "send").mockImplementationOnce(async () => {
      await take(world.admission.receivers, { receiver, count: 1 });
      return { httpStatus: 200, durationMs: 12 };
    });
    expect(await dispatcher(world)(first)).toMatchObject({ event: "callback.delivered" });
  });

  it("waits for a slow answer in a place, and gives it back", async () => {
    const world = await firsts({ taken: PLACES - 1, slow: true });
    const { send } = world.sender;
    let meanwhile: unknown;
    vi.spyOn(world.sender, "send").mockImplementationOnce(async (request, options) => {
      const answer = await send(request, options);
      meanwhile = await world.admission.receivers.enter(receiver);
      return answer;
    });
    expect(await dispatcher(world)(first)).toMatchObject({ event: "callback.delivered", ms: 4_000 });
    expect(meanwhile).toBe("busy");
    await take(world.admission.receivers, { receiver, count: 1 });
  });

  it("gives its place back when it fails, too", async () => {
    const world = await firsts({ taken: PLACES - 1 });
    vi.spyOn(world.sender, "send").mockImplementationOnce(async (_, { whenSlow }) => {
      await whenSlow?.();
      throw new Error("crash");
    });
    await expect(dispatcher(world)(first)).rejects.toThrow("crash");
    await take(world.admission.receivers, { receiver, count: 1 });
  });

  it("is given up where the answer is slow and others took every place, and that is no attempt", async () => {
    const world = await firsts({ taken: PLACES - 1, slow: true });
    const { send } = world.sender;
    vi.spyOn(world.sender, "send").mockImplementationOnce(async (request, options) => {
      await take(world.admission.receivers, { receiver, count: 1 });
      return await send(request, options);
    });
    expect(await dispatcher(world)(first)).toEqual({ event: "callback.receiver_slow", tid: TID, attempt: 1 });
    expect([world.callbacks.sent, world.again.sent]).toEqual([[first], []]);
    expect(await world.deliveries.read(TID)).toEqual(untouched);
  });

  it("that was given up is made later, for as long as it takes", async () => {
    const { admission: _, ...later } = await firsts({ taken: PLACES, slow: true });
    expect(await dispatcher(later)(first)).toMatchObject({ event: "callback.delivered", attempt: 1, ms: 4_000 });
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
    await take(world.admission.receivers, { receiver: others, count: PLACES });
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
