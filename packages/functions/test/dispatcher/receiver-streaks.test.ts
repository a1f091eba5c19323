import { receiverOf } from "@promptcall/core/callbacks/bulkhead";
import { describe, expect, it, vi } from "vitest";
import { dispatcher } from "../../src/dispatcher/deliver.ts";
import { rememberedStreaks } from "../../src/dynamodb/receiver-streaks.ts";
import { fakeClock } from "../../testing/clock.ts";
import { FakeReceiverStreaks } from "../../testing/receiver-streaks.ts";
import { scriptedSender } from "../../testing/scripted-sender.ts";
import { fixtureWith } from "../fixture.ts";
import { after, at, claim, KEYS, queued, report, spec, TID } from "../given.ts";

const over = () =>
  after(
    queued(),
    claim(1),
    report(2, { type: "leg", status: "busy" }),
    report(3, { type: "leg", status: "completed" }),
  );

const HOST = "customer.example";
const { id } = receiverOf({ applicationId: "app", url: spec().callback.url });

/** A result that a server of these answers gets; three failures in a row are published. */
async function given(...answers: Parameters<typeof scriptedSender>) {
  const fixture = await fixtureWith(over(), { now: at(30) });
  const sender = scriptedSender(...answers);
  const deliver = dispatcher({
    ...fixture,
    sender,
    keys: [KEYS.callback],
    settings: fixture.settings.callback,
    verboseEvents: false,
  });
  let attempt = 0;
  const attemptNext = () => {
    attempt += 1;
    return deliver({ v: 1, type: "callback", tid: TID, attempt, replay: true });
  };
  return {
    fixture,
    deliver,
    attemptNext,
    published: () => fixture.bus.receivers.map(({ type, data }) => ({ type, ...data })),
  };
}

const DOWN = { httpStatus: 503, durationMs: 5 };
const UP = { httpStatus: 200, durationMs: 5 };

describe("a receiver", () => {
  it("is published as failing once, after so many deliveries in a row, and to have recovered once", async () => {
    const { fixture, attemptNext, published } = await given(DOWN, DOWN, DOWN, DOWN, UP, UP);
    const streak = { receiver: HOST, since: at(30) };
    for (let time = 0; time < 2; time += 1) await attemptNext();
    expect(published()).toEqual([]);
    for (let time = 0; time < 2; time += 1) await attemptNext();
    const failing = { type: "receiver.failing", ...streak, failures: 3, outcome: "http_503" };
    expect(published()).toEqual([failing]);
    for (let time = 0; time < 2; time += 1) await attemptNext();
    expect(published()).toEqual([failing, { type: "receiver.recovered", ...streak, failures: 4 }]);
    expect(fixture.bus.receivers.map(({ metadata }) => metadata)).toEqual([
      { id: `failing_${id}_${at(30)}`, version: 1, application_id: "app", time: at(30) },
      { id: `recovered_${id}_${at(30)}`, version: 1, application_id: "app", time: at(30) },
    ]);
    const logged = fixture.log.records.filter(({ event }) => event.startsWith("receiver."));
    expect(logged).toMatchObject([{ event: "receiver.failing" }, { event: "receiver.recovered" }]);
  });

  it("that takes every other result is not published", async () => {
    const { attemptNext, published } = await given(DOWN, DOWN, UP, DOWN, DOWN, UP);
    for (let time = 0; time < 6; time += 1) await attemptNext();
    expect(published()).toEqual([]);
  });

  it("is not counted again when the message of an attempt comes once more", async () => {
    const { deliver, published } = await given(DOWN);
    for (let time = 0; time < 5; time += 1) await deliver({ v: 1, type: "callback", tid: TID, attempt: 1 });
    expect(published()).toEqual([]);
  });

  it("is not blamed for an address that nobody may send to", async () => {
    const { attemptNext, published } = await given({ failure: "address_not_allowed", durationMs: 1 });
    for (let time = 0; time < 4; time += 1) await attemptNext();
    expect(published()).toEqual([]);
  });

  it("is published by the next delivery, and no result waits, when the bus is down meanwhile", async () => {
    const { fixture, attemptNext, published } = await given(DOWN, DOWN, DOWN, DOWN, UP, UP);
    let isDown = true;
    const { publish } = fixture.bus;
    fixture.bus.publish = async (events) => {
      if (isDown && events.some(({ type }) => type.startsWith("receiver."))) throw new Error("down");
      await publish(events);
    };
    for (let time = 0; time < 3; time += 1) expect((await attemptNext()).event).toMatch(/^callback\.(retry|park)$/);
    expect(published()).toEqual([]);
    isDown = false;
    await attemptNext();
    expect(published()).toMatchObject([{ type: "receiver.failing", failures: 4 }]);
    isDown = true;
    expect((await attemptNext()).event).toBe("callback.delivered");
    isDown = false;
    await attemptNext();
    expect(published()).toMatchObject([{ type: "receiver.failing" }, { type: "receiver.recovered", failures: 4 }]);
  });
});

describe("a receiver that is well", () => {
  it("is looked at once in a second, and at once after a failure", async () => {
    const clock = fakeClock(at(0));
    const streaks = new FakeReceiverStreaks().portFor();
    const looked = vi.spyOn(streaks, "succeeded");
    const { failed, succeeded } = rememberedStreaks(streaks, { clock });
    for (const second of [0, 0.5, 0.9, 1, 1.5]) {
      clock.set(at(second));
      await succeeded("one");
    }
    expect(looked).toHaveBeenCalledTimes(2);
    await succeeded("another");
    expect(looked).toHaveBeenCalledTimes(3);
    await failed("one", { at: at(1.5), publishFrom: 1 });
    expect(await succeeded("one")).toEqual({ failures: 1, since: at(1.5) });
  });
});
