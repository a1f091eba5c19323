import { describe, expect, it, vi } from "vitest";
import { DeliverySchema, dispatcher } from "../../src/dispatcher/deliver.ts";
import { UnknownCallError } from "../../src/errors.ts";
import type { CallbackAnswer } from "../../src/ports/callback-sender.ts";
import { emptyFixture, fixtureWith } from "../fixture.ts";
import { after, at, claim, event, MASKED, queued, SETTINGS, spec, TID } from "../given.ts";
import {
  attempt,
  completed,
  completedFixture,
  delivered,
  down,
  first,
  ok,
  parked,
  ports,
  request,
  silent,
} from "./given-delivery.ts";

describe("a delivery to a receiver that its application has not named", () => {
  it("is not made, and the result is parked", async () => {
    const fixture = await completedFixture(ok);
    await fixture.applications.write("app", { seen: {}, next: { callbackHosts: ["other.example"] } });
    expect(await dispatcher(fixture)(first)).toMatchObject({ event: "callback.park", answer: "address_not_allowed" });
    expect(fixture.sender.requests).toEqual([]);
    expect((await fixture.deliveries.read(TID)).state).toBe("parked");
  });

  it("is made where the application names its host", async () => {
    const fixture = await completedFixture(ok);
    await fixture.applications.write("app", { seen: {}, next: { callbackHosts: ["customer.example"] } });
    expect(await dispatcher(fixture)(first)).toMatchObject({ event: "callback.delivered" });
  });
});

describe("a delivery without verboseEvents", () => {
  it("is recorded, and not published", async () => {
    const fixture = await completedFixture(ok);
    await dispatcher({ ...fixture, verboseEvents: false })(first);
    expect((await fixture.deliveries.read(TID)).state).toBe("delivered");
    expect(fixture.bus.published).toEqual([]);
  });

  it("is published when it is parked", async () => {
    const fixture = await completedFixture(down);
    await dispatcher({ ...fixture, verboseEvents: false })(attempt(SETTINGS.callback.delaysSeconds.length + 1));
    expect(fixture.bus.published.map(({ type }) => type)).toEqual(["callback.parked"]);
  });
});

describe("a result just in from the bus", () => {
  it("is a first attempt to deliver it", () => {
    const { metadata, data } = event(30, "call.completed", { to: MASKED, status: "ok", attempts: 1 });
    const envelope = { source: "promptcall", "detail-type": "call.completed", detail: { metadata, data } };
    expect(DeliverySchema.parse(envelope)).toEqual({ v: 1, type: "callback", tid: TID, attempt: 1 });
  });

  it("comes from call.completed only", () => {
    const { metadata, data } = event(30, "call.digits", { attempt: 1, matched: true, timed_out: false });
    const envelope = { source: "promptcall", "detail-type": "call.digits", detail: { metadata, data } };
    expect(DeliverySchema.safeParse(envelope).success).toBe(false);
  });

  it("is delivered, recorded and published", async () => {
    const fixture = await completedFixture(ok);
    const logged = await dispatcher(fixture)(first);
    const line = { event: "callback.delivered", tid: TID, attempt: 1, answer: 200, ms: 12 };
    // Completed at 2 s, sent at 60 s.
    expect(logged).toEqual({ ...line, age_seconds: 58.012 });
    expect(fixture.sender.requests).toEqual([request(at(60))]);
    expect(await fixture.deliveries.read(TID)).toEqual({
      attempts: [{ attempt: 1, at: at(60), answer: 200, durationMs: 12 }],
      state: "delivered",
    });
    expect(fixture.bus.published).toEqual([delivered()]);
    expect([fixture.callbacks.sent, fixture.parked.sent]).toEqual([[], []]);
  });

  it("is delivered by GET when requested", async () => {
    const callback = { url: "https://customer.example/result?x=1", method: "GET" } as const;
    const fixture = await fixtureWith(completed(), { now: at(60), spec: spec({ callback }) });
    await dispatcher({ ...fixture, ...ports })(first);
    expect(fixture.sender.requests).toEqual([request(at(60), callback)]);
    expect(fixture.sender.requests).toMatchObject([
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
  ])("%s, is tried again after the first delay", async (_, answer, recorded) => {
    const fixture = await completedFixture(answer);
    expect(await dispatcher(fixture)(first)).toMatchObject({ event: "callback.retry", attempt: 1, answer: recorded });
    expect(fixture.callbacks.sent).toEqual([{ ...first, attempt: 2, not_before: at(65) }]);
    expect(await fixture.deliveries.read(TID)).toEqual({
      attempts: [{ attempt: 1, at: at(60), answer: recorded, durationMs: answer.durationMs, nextAttemptAt: at(65) }],
      state: "pending",
    });
    expect([fixture.bus.published, fixture.parked.sent]).toEqual([[], []]);
  });

  it("is tried again at the time that is on record, whoever sees to it", async () => {
    const fixture = await completedFixture(down);
    vi.spyOn(fixture.callbacks, "send").mockRejectedValueOnce(new Error("down"));
    await expect(dispatcher(fixture)(first)).rejects.toThrow("down");
    fixture.clock.set(at(62));
    await dispatcher(fixture)(first);
    expect(fixture.callbacks.sent).toEqual([{ ...first, attempt: 2, not_before: at(65) }]);
  });

  it("is parked at once where its address is not allowed", async () => {
    const fixture = await completedFixture({ failure: "address_not_allowed", durationMs: 0 });
    expect(await dispatcher(fixture)(first)).toMatchObject({ event: "callback.park", answer: "address_not_allowed" });
    const why = "the receiver's address is not allowed";
    expect(fixture.parked.sent).toEqual([{ v: 1, type: "parked", tid: TID, attempts: 1, why }]);
    expect(fixture.callbacks.sent).toEqual([]);
  });

  it("waits longer each time", async () => {
    const fixture = await completedFixture(down);
    await dispatcher(fixture)(first);
    await dispatcher(fixture)(attempt(2));
    expect(fixture.callbacks.sent).toEqual([
      { ...first, attempt: 2, not_before: at(65) },
      { ...first, attempt: 3, not_before: at(90) },
    ]);
  });

  it("waits for the receiver's Retry-After, and records it", async () => {
    const fixture = await completedFixture({ ...down, retryAfterSeconds: 120 });
    await dispatcher(fixture)(first);
    expect(fixture.callbacks.sent).toEqual([{ ...first, attempt: 2, not_before: at(180) }]);
    expect((await fixture.deliveries.read(TID)).attempts).toEqual([
      { attempt: 1, at: at(60), answer: 503, durationMs: 12, retryAfterSeconds: 120, nextAttemptAt: at(180) },
    ]);
  });

  it("is the same message on every attempt, signed at its own time", async () => {
    const fixture = await completedFixture(down, silent, ok);
    for (const [index, now] of [at(60), at(65), at(95)].entries()) {
      fixture.clock.set(now);
      await dispatcher(fixture)(attempt(index + 1));
    }
    expect(fixture.sender.requests).toEqual([request(at(60)), request(at(65)), request(at(95))]);
    expect(new Set(fixture.sender.requests.map(({ headers }) => headers["webhook-id"]))).toEqual(
      new Set([`msg_${TID}`]),
    );
    expect(await fixture.deliveries.read(TID)).toMatchObject({ state: "delivered" });
  });

  it("is parked with the reason after the last attempt", async () => {
    const fixture = await completedFixture(down, down, silent);
    for (const ordinal of [1, 2, 3]) await dispatcher(fixture)(attempt(ordinal));
    const why = "attempt 3, the last one, ended in timeout";
    expect(fixture.parked.sent).toEqual([{ v: 1, type: "parked", tid: TID, attempts: 3, why }]);
    expect(fixture.bus.published).toEqual([parked(3, why)]);
    expect(fixture.callbacks.sent).toHaveLength(2);
    expect(await fixture.deliveries.read(TID)).toMatchObject({ state: "parked" });
  });

  it("is parked at once when the receiver answers 410", async () => {
    const fixture = await completedFixture({ httpStatus: 410, durationMs: 12 });
    expect(await dispatcher(fixture)(first)).toMatchObject({ event: "callback.park", answer: 410 });
    const why = "the receiver answered 410";
    expect(fixture.parked.sent).toEqual([{ v: 1, type: "parked", tid: TID, attempts: 1, why }]);
    expect(fixture.bus.published).toEqual([parked(1, why)]);
    expect(fixture.callbacks.sent).toEqual([]);
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
    const fixture = await completedFixture(answer);
    const crash = new Error("crash");
    if (crashing === "bus") vi.spyOn(fixture.bus, "publish").mockRejectedValueOnce(crash);
    else vi.spyOn(fixture[crashing], "send").mockRejectedValueOnce(crash);
    await expect(dispatcher(fixture)(first)).rejects.toBe(crash);
    await dispatcher(fixture)(first);
    expect({ bus: fixture.bus.published, callbacks: fixture.callbacks.sent, parked: fixture.parked.sent }).toEqual(
      followed,
    );
    expect(fixture.sender.requests).toHaveLength(1);
    expect((await fixture.deliveries.read(TID)).attempts).toHaveLength(1);
  });

  it("after a crash before its record is sent again", async () => {
    const fixture = await completedFixture(ok);
    vi.spyOn(fixture.deliveries, "add").mockRejectedValueOnce(new Error("crash"));
    await expect(dispatcher(fixture)(first)).rejects.toThrow("crash");
    await dispatcher(fixture)(first);
    expect(fixture.sender.requests).toHaveLength(2);
    expect(fixture.bus.published).toEqual([delivered()]);
  });

  it("from another copy of an earlier attempt does not deliver a result twice", async () => {
    const fixture = await completedFixture(down, ok);
    for (const ordinal of [1, 2, 1, 2]) await dispatcher(fixture)(attempt(ordinal));
    expect(fixture.sender.requests).toHaveLength(2);
  });

  it("does nothing more once a later one is on record", async () => {
    const fixture = await completedFixture(down);
    for (const ordinal of [1, 2]) await dispatcher(fixture)(attempt(ordinal));
    expect(await dispatcher(fixture)(first)).toEqual({ event: "callback.repeated", tid: TID, attempt: 1 });
    expect([fixture.sender.requests.length, fixture.callbacks.sent.length]).toEqual([2, 2]);
  });

  it("is not made when the result has been delivered", async () => {
    const fixture = await completedFixture(ok);
    await dispatcher(fixture)(first);
    expect(await dispatcher(fixture)(attempt(2))).toEqual({ event: "callback.repeated", tid: TID, attempt: 2 });
    expect(fixture.sender.requests).toHaveLength(1);
  });
});

const gone410: CallbackAnswer = { httpStatus: 410, durationMs: 12 };

describe("a parked result that is sent again", () => {
  const gone: CallbackAnswer = { httpStatus: 410, durationMs: 12 };
  const why = "the receiver answered 410";

  it("is delivered when its server takes it now", async () => {
    const fixture = await completedFixture(gone, ok);
    for (const ordinal of [1, 2]) await dispatcher(fixture)(attempt(ordinal));
    expect(fixture.bus.published).toEqual([parked(1, why), delivered(2)]);
    expect(await fixture.deliveries.read(TID)).toMatchObject({
      attempts: [{ answer: 410 }, { answer: 200 }],
      state: "delivered",
    });
  });

  it("is parked again with its new reason and a new event when the schedule is over", async () => {
    const fixture = await completedFixture(down);
    for (const ordinal of [1, 2, 3, 4]) await dispatcher(fixture)(attempt(ordinal));
    const reason = (ordinal: number) => `attempt ${ordinal}, the last one, ended in 503`;
    expect(fixture.bus.published).toEqual([parked(3, reason(3)), parked(4, reason(4))]);
    expect(fixture.parked.sent).toMatchObject([{ attempts: 3 }, { attempts: 4, why: reason(4) }]);
  });

  it("follows the rest of the schedule where there is any", async () => {
    const fixture = await completedFixture(gone, down);
    for (const ordinal of [1, 2]) await dispatcher(fixture)(attempt(ordinal));
    expect(fixture.callbacks.sent).toEqual([{ ...first, attempt: 3, not_before: at(90) }]);
    expect(await fixture.deliveries.read(TID)).toMatchObject({ state: "pending" });
  });
});

describe("two copies of an attempt at once", () => {
  it("of which one delivers lead to the delivery only", async () => {
    const fixture = await completedFixture(gone410);
    vi.spyOn(fixture.sender, "send").mockImplementation(async () => {
      await fixture.deliveries.add(TID, { attempt: 1, at: at(30), answer: 200, durationMs: 5 }, "delivered");
      return gone410;
    });
    expect(await dispatcher(fixture)(first)).toEqual({ event: "callback.repeated", tid: TID, attempt: 1 });
    expect([fixture.bus.published, fixture.parked.sent, fixture.callbacks.sent]).toEqual([[], [], []]);
    expect(await fixture.deliveries.read(TID)).toMatchObject({ state: "delivered" });
  });
});

describe("the tries of an attempt", () => {
  it("are a burst only in the first attempt", async () => {
    const fixture = await completedFixture(down);
    for (const ordinal of [1, 2]) await dispatcher(fixture)(attempt(ordinal));
    expect(fixture.sender.bursts).toEqual([true, false]);
  });

  it("are all recorded with time, answer and duration", async () => {
    const earlier: CallbackAnswer[] = [down, { failure: "ECONNRESET", durationMs: 3, afterMs: 250 }];
    const fixture = await completedFixture({ ...ok, afterMs: 1000, earlier });
    await dispatcher(fixture)(first);
    expect((await fixture.deliveries.read(TID)).attempts).toEqual([
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

describe("a message whose result cannot be read", () => {
  it("fails when its call is not on record", async () => {
    await expect(dispatcher({ ...emptyFixture(), ...ports })(first)).rejects.toEqual(new UnknownCallError(TID));
  });

  it("fails when its call is not completed, without a request to the customer", async () => {
    const fixture = await fixtureWith(after(queued(), claim()));
    await expect(dispatcher({ ...fixture, ...ports })(first)).rejects.toEqual(new UnknownCallError(TID));
    expect(fixture.sender.requests).toEqual([]);
  });
});
