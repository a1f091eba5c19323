import { callbackRequest, callbackSecret } from "@promptcall/core/callback-request";
import type { CallbackMessage } from "@promptcall/core/messages";
import { resultContent } from "@promptcall/core/result";
import { scriptedSender } from "@promptcall/simulation/twins/scripted-sender";
import { describe, expect, it, vi } from "vitest";
import { DeliverySchema, dispatcher } from "../src/dispatcher/deliver.ts";
import { UnknownCallError } from "../src/errors.ts";
import type { CallbackAnswer } from "../src/ports/callback-sender.ts";
import { after, at, claim, event, KEYS, MASKED, queued, report, SETTINGS, spec, TID, TO } from "./given.ts";
import { emptyWorld, worldWith } from "./world.ts";

const completed = () => after(queued(), claim(), report(2, { type: "line", status: "rejected" }));

const ports = { keys: [KEYS.callback] as const, settings: SETTINGS.callback };
const first: CallbackMessage = { v: 1, type: "callback", tid: TID, attempt: 1, not_before: at(30) };
const attempt = (ordinal: number): CallbackMessage => ({ ...first, attempt: ordinal, not_before: at(60) });

const ok: CallbackAnswer = { httpStatus: 200, durationMs: 12 };
const down: CallbackAnswer = { httpStatus: 503, durationMs: 12 };
const silent: CallbackAnswer = { failure: "timeout", durationMs: 10_000 };

/** A completed call, and a customer's server that answers like this in turn. */
async function completedWorld(...answers: Parameters<typeof scriptedSender>) {
  const world = { ...(await worldWith(completed(), { now: at(60) })), ...ports };
  return { ...world, sender: scriptedSender(...answers) };
}

const request = (now: string, callback = spec().callback) =>
  callbackRequest({
    callback,
    content: resultContent({ tid: TID, to: TO, outcome: { status: "error", reason: "rejected" } }),
    secrets: [callbackSecret({ key: KEYS.callback, applicationId: "app" })],
    now: new Date(now),
  });

const metadata = (id: string) => ({ id: `${id}_${TID}`, version: 1, tid: TID, application_id: "app", time: at(60) });
const delivered = (ordinal = 1) => ({
  type: "callback.delivered",
  metadata: metadata("delivered"),
  data: { attempt: ordinal, http_status: 200, duration_ms: 12 },
});
const parked = (attempts: number, why: string) => ({
  type: "callback.parked",
  metadata: metadata(`parked_${attempts}`),
  data: { attempts, why },
});

describe("a delivery where only eventful news is published", () => {
  it("is on record, and is no news", async () => {
    const world = await completedWorld(ok);
    await dispatcher({ ...world, verboseEvents: false })(first);
    expect((await world.deliveries.read(TID)).state).toBe("delivered");
    expect(world.bus.published).toEqual([]);
  });

  it("is news when it is given up", async () => {
    const world = await completedWorld(down);
    await dispatcher({ ...world, verboseEvents: false })(attempt(SETTINGS.callback.delaysSeconds.length + 1));
    expect(world.bus.published.map(({ type }) => type)).toEqual(["callback.parked"]);
  });
});

describe("a result just in from the bus", () => {
  it("is a first attempt to deliver it", () => {
    const { metadata, data } = event(30, "call.completed", { to: MASKED, status: "ok", attempts: 1 });
    const envelope = { source: "promptcall", "detail-type": "call.completed", detail: { metadata, data } };
    expect(DeliverySchema.parse(envelope)).toEqual({ v: 1, type: "callback", tid: TID, attempt: 1 });
  });

  it("is the only event that is", () => {
    const { metadata, data } = event(30, "call.digits", { attempt: 1, matched: true, timed_out: false });
    const envelope = { source: "promptcall", "detail-type": "call.digits", detail: { metadata, data } };
    expect(DeliverySchema.safeParse(envelope).success).toBe(false);
  });

  it("is delivered, recorded and announced", async () => {
    const world = await completedWorld(ok);
    const told = await dispatcher(world)(first);
    const line = { event: "callback.delivered", tid: TID, attempt: 1, answer: 200, ms: 12 };
    // Completed at 2 s, sent at 60 s.
    expect(told).toEqual({ ...line, age_seconds: 58.012 });
    expect(world.sender.requests).toEqual([request(at(60))]);
    expect(await world.deliveries.read(TID)).toEqual({
      attempts: [{ attempt: 1, at: at(60), answer: 200, durationMs: 12 }],
      state: "delivered",
    });
    expect(world.bus.published).toEqual([delivered()]);
    expect([world.callbacks.sent, world.parked.sent]).toEqual([[], []]);
  });

  it("is delivered by GET where the customer wants that", async () => {
    const callback = { url: "https://customer.example/result?x=1", method: "GET" } as const;
    const world = await worldWith(completed(), { now: at(60), spec: spec({ callback }) });
    await dispatcher({ ...world, ...ports })(first);
    expect(world.sender.requests).toEqual([request(at(60), callback)]);
    expect(world.sender.requests).toMatchObject([
      {
        method: "GET",
        url: `https://customer.example/result?x=1&tid=${TID}&to=%2B447700900001&status=error&reason=rejected`,
      },
    ]);
  });
});

describe("a result that was not taken", () => {
  it.each<[string, CallbackAnswer, number | string]>([
    ["answered 503", down, 503],
    ["answered 404", { httpStatus: 404, durationMs: 12 }, 404],
    ["answered 301", { httpStatus: 301, durationMs: 12 }, 301],
    ["not answered", silent, "timeout"],
    ["not allowed to be sent", { failure: "address not allowed", durationMs: 0 }, "address not allowed"],
  ])("%s, is tried again after the first delay", async (_, answer, recorded) => {
    const world = await completedWorld(answer);
    expect(await dispatcher(world)(first)).toMatchObject({ event: "callback.retry", attempt: 1, answer: recorded });
    expect(world.callbacks.sent).toEqual([{ ...first, attempt: 2, not_before: at(65) }]);
    expect(await world.deliveries.read(TID)).toEqual({
      attempts: [{ attempt: 1, at: at(60), answer: recorded, durationMs: answer.durationMs }],
      state: "pending",
    });
    expect([world.bus.published, world.parked.sent]).toEqual([[], []]);
  });

  it("waits longer each time", async () => {
    const world = await completedWorld(down);
    await dispatcher(world)(first);
    await dispatcher(world)(attempt(2));
    expect(world.callbacks.sent).toEqual([
      { ...first, attempt: 2, not_before: at(65) },
      { ...first, attempt: 3, not_before: at(90) },
    ]);
  });

  it("waits as long as the receiver asks, and keeps that on record", async () => {
    const world = await completedWorld({ ...down, retryAfterSeconds: 120 });
    await dispatcher(world)(first);
    expect(world.callbacks.sent).toEqual([{ ...first, attempt: 2, not_before: at(180) }]);
    expect((await world.deliveries.read(TID)).attempts).toEqual([
      { attempt: 1, at: at(60), answer: 503, durationMs: 12, retryAfterSeconds: 120 },
    ]);
  });

  it("is the same message on every attempt, signed at its own time", async () => {
    const world = await completedWorld(down, silent, ok);
    for (const [index, now] of [at(60), at(65), at(95)].entries()) {
      world.clock.set(now);
      await dispatcher(world)(attempt(index + 1));
    }
    expect(world.sender.requests).toEqual([request(at(60)), request(at(65)), request(at(95))]);
    expect(new Set(world.sender.requests.map(({ headers }) => headers["webhook-id"]))).toEqual(new Set([`msg_${TID}`]));
    expect(await world.deliveries.read(TID)).toMatchObject({ state: "delivered" });
  });

  it("is parked with the reason after the last attempt", async () => {
    const world = await completedWorld(down, down, silent);
    for (const ordinal of [1, 2, 3]) await dispatcher(world)(attempt(ordinal));
    const why = "attempt 3, the last one, ended in timeout";
    expect(world.parked.sent).toEqual([{ v: 1, type: "parked", tid: TID, attempts: 3, why }]);
    expect(world.bus.published).toEqual([parked(3, why)]);
    expect(world.callbacks.sent).toHaveLength(2);
    expect(await world.deliveries.read(TID)).toMatchObject({ state: "parked" });
  });

  it("is parked at once when the receiver says it is gone", async () => {
    const world = await completedWorld({ httpStatus: 410, durationMs: 12 });
    expect(await dispatcher(world)(first)).toMatchObject({ event: "callback.park", answer: 410 });
    const why = "the receiver answered 410";
    expect(world.parked.sent).toEqual([{ v: 1, type: "parked", tid: TID, attempts: 1, why }]);
    expect(world.bus.published).toEqual([parked(1, why)]);
    expect(world.callbacks.sent).toEqual([]);
  });
});

describe("an attempt that is delivered again", () => {
  it.each<[string, CallbackAnswer, "bus" | "callbacks" | "parked", object]>([
    ["announces what was delivered", ok, "bus", { bus: [delivered()], callbacks: [], parked: [] }],
    [
      "sends the next attempt",
      down,
      "callbacks",
      {
        bus: [],
        callbacks: [{ ...first, attempt: 2, not_before: at(65) }],
        parked: [],
      },
    ],
    [
      "parks what was to be parked",
      { httpStatus: 410, durationMs: 12 },
      "parked",
      {
        bus: [parked(1, "the receiver answered 410")],
        callbacks: [],
        parked: [{ v: 1, type: "parked", tid: TID, attempts: 1, why: "the receiver answered 410" }],
      },
    ],
  ])("after a crash behind its record %s, and does not call the customer", async (_, answer, crashing, followed) => {
    const world = await completedWorld(answer);
    const crash = new Error("crash");
    if (crashing === "bus") vi.spyOn(world.bus, "publish").mockRejectedValueOnce(crash);
    else vi.spyOn(world[crashing], "send").mockRejectedValueOnce(crash);
    await expect(dispatcher(world)(first)).rejects.toBe(crash);
    await dispatcher(world)(first);
    expect({ bus: world.bus.published, callbacks: world.callbacks.sent, parked: world.parked.sent }).toEqual(followed);
    expect(world.sender.requests).toHaveLength(1);
    expect((await world.deliveries.read(TID)).attempts).toHaveLength(1);
  });

  it("after a crash before its record calls the customer again: at least once", async () => {
    const world = await completedWorld(ok);
    vi.spyOn(world.deliveries, "add").mockRejectedValueOnce(new Error("crash"));
    await expect(dispatcher(world)(first)).rejects.toThrow("crash");
    await dispatcher(world)(first);
    expect(world.sender.requests).toHaveLength(2);
    expect(world.bus.published).toEqual([delivered()]);
  });

  it("from another copy of an earlier attempt does not deliver a result twice", async () => {
    const world = await completedWorld(down, ok);
    for (const ordinal of [1, 2, 1, 2]) await dispatcher(world)(attempt(ordinal));
    expect(world.sender.requests).toHaveLength(2);
  });

  it("does nothing more once a later one is on record", async () => {
    const world = await completedWorld(down);
    for (const ordinal of [1, 2]) await dispatcher(world)(attempt(ordinal));
    expect(await dispatcher(world)(first)).toEqual({ event: "callback.repeated", tid: TID, attempt: 1 });
    expect([world.sender.requests.length, world.callbacks.sent.length]).toEqual([2, 2]);
  });

  it("is not made when the result has been delivered", async () => {
    const world = await completedWorld(ok);
    await dispatcher(world)(first);
    expect(await dispatcher(world)(attempt(2))).toEqual({ event: "callback.repeated", tid: TID, attempt: 2 });
    expect(world.sender.requests).toHaveLength(1);
  });
});

const gone410: CallbackAnswer = { httpStatus: 410, durationMs: 12 };

describe("a parked result that is sent again", () => {
  const gone: CallbackAnswer = { httpStatus: 410, durationMs: 12 };
  const why = "the receiver answered 410";

  it("is delivered when its server takes it now", async () => {
    const world = await completedWorld(gone, ok);
    for (const ordinal of [1, 2]) await dispatcher(world)(attempt(ordinal));
    expect(world.bus.published).toEqual([parked(1, why), delivered(2)]);
    expect(await world.deliveries.read(TID)).toMatchObject({
      attempts: [{ answer: 410 }, { answer: 200 }],
      state: "delivered",
    });
  });

  it("is parked again with its new reason, which is news of its own, when the schedule is over", async () => {
    const world = await completedWorld(down);
    for (const ordinal of [1, 2, 3, 4]) await dispatcher(world)(attempt(ordinal));
    const reason = (ordinal: number) => `attempt ${ordinal}, the last one, ended in 503`;
    expect(world.bus.published).toEqual([parked(3, reason(3)), parked(4, reason(4))]);
    expect(world.parked.sent).toMatchObject([{ attempts: 3 }, { attempts: 4, why: reason(4) }]);
  });

  it("follows the rest of the schedule where there is any", async () => {
    const world = await completedWorld(gone, down);
    for (const ordinal of [1, 2]) await dispatcher(world)(attempt(ordinal));
    expect(world.callbacks.sent).toEqual([{ ...first, attempt: 3, not_before: at(90) }]);
    expect(await world.deliveries.read(TID)).toMatchObject({ state: "pending" });
  });
});

describe("two copies of an attempt at once", () => {
  it("of which one gets the result through lead to nothing but its delivery", async () => {
    const world = await completedWorld(gone410);
    vi.spyOn(world.sender, "send").mockImplementation(async () => {
      await world.deliveries.add(TID, { attempt: 1, at: at(30), answer: 200, durationMs: 5 }, "delivered");
      return gone410;
    });
    expect(await dispatcher(world)(first)).toEqual({ event: "callback.repeated", tid: TID, attempt: 1 });
    expect([world.bus.published, world.parked.sent, world.callbacks.sent]).toEqual([[], [], []]);
    expect(await world.deliveries.read(TID)).toMatchObject({ state: "delivered" });
  });
});

describe("the tries of an attempt", () => {
  it("are a burst the first time only", async () => {
    const world = await completedWorld(down);
    for (const ordinal of [1, 2]) await dispatcher(world)(attempt(ordinal));
    expect(world.sender.bursts).toEqual([true, false]);
  });

  it("are all on record, each with when, what and how long", async () => {
    const earlier: CallbackAnswer[] = [down, { failure: "ECONNRESET", durationMs: 3, afterMs: 250 }];
    const world = await completedWorld({ ...ok, afterMs: 1000, earlier });
    await dispatcher(world)(first);
    expect((await world.deliveries.read(TID)).attempts).toEqual([
      {
        attempt: 1,
        at: at(61),
        answer: 200,
        durationMs: 12,
        earlierTries: [
          { at: at(60), answer: 503, durationMs: 12 },
          { at: at(60).replace(".000", ".250"), answer: "ECONNRESET", durationMs: 3 },
        ],
      },
    ]);
  });
});

describe("a message whose result cannot be had", () => {
  it("fails when its call is not on record", async () => {
    await expect(dispatcher({ ...emptyWorld(), ...ports })(first)).rejects.toEqual(new UnknownCallError(TID));
  });

  it("fails when its call is not completed, and tells the customer nothing", async () => {
    const world = await worldWith(after(queued(), claim()));
    await expect(dispatcher({ ...world, ...ports })(first)).rejects.toEqual(new UnknownCallError(TID));
    expect(world.sender.requests).toEqual([]);
  });
});
