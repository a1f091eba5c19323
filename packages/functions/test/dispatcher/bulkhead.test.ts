import { PERMITS, PERMITS_OF_HOST, type Receiver, receiversOf } from "@promptcall/core/callbacks/bulkhead";
import type { CallbackMessage } from "@promptcall/core/contracts/delivery-messages";
import { describe, expect, it, vi } from "vitest";
import { dispatcher } from "../../src/dispatcher/deliver.ts";
import type { Bulkhead, BulkheadPermit } from "../../src/ports/bulkhead.ts";
import { FakeBulkhead } from "../../testing/bulkhead.ts";
import { fakeQueue } from "../../testing/queue.ts";
import { scriptedSender } from "../../testing/scripted-sender.ts";
import { fixtureWith } from "../fixture.ts";
import { after, at, claim, KEYS, queued, report, SETTINGS, spec, TID } from "../given.ts";

const completed = () => after(queued(), claim(), report(2, { type: "leg", status: "rejected" }));

const first: CallbackMessage = { v: 1, type: "callback", tid: TID, attempt: 1, not_before: at(30) };
const [receiver, host] = receiversOf({ applicationId: "app", url: spec().callback.url, concurrency: 100 }) as [
  Receiver,
  Receiver,
];

async function take({ tryAcquire: enter }: Bulkhead, { receiver, count }: { receiver: Receiver; count: number }) {
  const permits = await Promise.all(Array.from({ length: count }, () => enter(receiver)));
  for (const permit of permits as BulkheadPermit[]) expect(await permit.hold()).toBe(true);
}

/** First attempts, with so many of the receiver's places taken by others since the first second. */
async function firsts({ taken, ...manner }: { taken: number; slow?: boolean }) {
  const fixture = await fixtureWith(completed(), { now: at(60) });
  const bulkhead = new FakeBulkhead().portFor(fixture);
  await take(bulkhead, { receiver, count: taken });
  const again = fakeQueue<CallbackMessage>(fixture);
  const ports = {
    ...fixture,
    ...(manner.slow && { sender: scriptedSender({ slowly: { httpStatus: 200, durationMs: 4_000 } }) }),
    keys: [KEYS.callback] as const,
    settings: SETTINGS.callback,
    admission: { bulkhead, again },
  };
  return { ...ports, again };
}

const untouched = { attempts: [], state: "pending" };

describe("a first attempt", () => {
  it("acquires no permit for a fast answer", async () => {
    const fixture = await firsts({ taken: PERMITS - 1 });
    vi.spyOn(fixture.sender, "send").mockImplementationOnce(async () => {
      await take(fixture.admission.bulkhead, { receiver, count: 1 });
      return { httpStatus: 200, durationMs: 12 };
    });
    expect(await dispatcher(fixture)(first)).toMatchObject({ event: "callback.delivered" });
  });

  it("holds a permit while it waits for a slow answer, and releases it", async () => {
    const fixture = await firsts({ taken: PERMITS - 1, slow: true });
    const { send } = fixture.sender;
    let meanwhile: unknown;
    vi.spyOn(fixture.sender, "send").mockImplementationOnce(async (request, options) => {
      const answer = await send(request, options);
      meanwhile = await fixture.admission.bulkhead.tryAcquire(receiver);
      return answer;
    });
    expect(await dispatcher(fixture)(first)).toMatchObject({ event: "callback.delivered", ms: 4_000 });
    expect(meanwhile).toBe("busy");
    await take(fixture.admission.bulkhead, { receiver, count: 1 });
  });

  it("releases its permit when it fails, too", async () => {
    const fixture = await firsts({ taken: PERMITS - 1 });
    vi.spyOn(fixture.sender, "send").mockImplementationOnce(async (_, { whenSlow }) => {
      await whenSlow?.();
      throw new Error("crash");
    });
    await expect(dispatcher(fixture)(first)).rejects.toThrow("crash");
    await take(fixture.admission.bulkhead, { receiver, count: 1 });
  });

  it("is given up without an attempt when the answer is slow and every permit is held", async () => {
    const fixture = await firsts({ taken: PERMITS - 1, slow: true });
    const { send } = fixture.sender;
    vi.spyOn(fixture.sender, "send").mockImplementationOnce(async (request, options) => {
      await take(fixture.admission.bulkhead, { receiver, count: 1 });
      return await send(request, options);
    });
    expect(await dispatcher(fixture)(first)).toEqual({ event: "callback.receiver_slow", tid: TID, attempt: 1 });
    expect([fixture.callbacks.sent, fixture.again.sent]).toEqual([[first], []]);
    expect(await fixture.deliveries.read(TID)).toEqual(untouched);
  });

  it("that was given up is made later, without a time limit", async () => {
    const { admission: _, ...later } = await firsts({ taken: PERMITS, slow: true });
    expect(await dispatcher(later)(first)).toMatchObject({ event: "callback.delivered", attempt: 1, ms: 4_000 });
  });

  it("is postponed without an attempt while the receiver is busy", async () => {
    const fixture = await firsts({ taken: PERMITS });
    expect(await dispatcher(fixture)(first)).toEqual({ event: "callback.receiver_busy", tid: TID, attempt: 1 });
    expect(fixture.again.sent).toEqual([{ ...first, not_before: at(61) }]);
    expect([fixture.sender.requests, fixture.callbacks.sent]).toEqual([[], []]);
    expect(await fixture.deliveries.read(TID)).toEqual(untouched);
  });

  it("goes to the queue of later attempts, without an attempt, when the receiver is slow", async () => {
    const fixture = await firsts({ taken: PERMITS });
    fixture.clock.set(at(62));
    expect(await dispatcher(fixture)(first)).toEqual({ event: "callback.receiver_slow", tid: TID, attempt: 1 });
    expect(fixture.callbacks.sent).toEqual([first]);
    expect([fixture.sender.requests, fixture.again.sent]).toEqual([[], []]);
    expect(await fixture.deliveries.read(TID)).toEqual(untouched);
  });

  it("is made from the queue of later attempts without a permit", async () => {
    const { admission: _, ...later } = await firsts({ taken: PERMITS });
    expect(await dispatcher(later)(first)).toMatchObject({ event: "callback.delivered", attempt: 1 });
  });

  it("of another application to the same server has its own permits", async () => {
    const fixture = await firsts({ taken: 0 });
    const [others = receiver] = receiversOf({ applicationId: "other", url: spec().callback.url, concurrency: 100 });
    await take(fixture.admission.bulkhead, { receiver: others, count: PERMITS });
    await take(fixture.admission.bulkhead, { receiver: host, count: PERMITS });
    expect(await dispatcher(fixture)(first)).toMatchObject({ event: "callback.delivered" });
  });

  it.each(["busy", "slow"])("waits nowhere where all applications together fill the host: %s", async (word) => {
    const fixture = await firsts({ taken: 0 });
    await take(fixture.admission.bulkhead, { receiver: host, count: PERMITS_OF_HOST });
    if (word === "slow") fixture.clock.set(at(62));
    expect(await dispatcher(fixture)(first)).toEqual({ event: `callback.receiver_${word}`, tid: TID, attempt: 1 });
    expect([fixture.admission.again.sent.length, fixture.callbacks.sent.length]).toEqual(
      word === "busy" ? [1, 0] : [0, 1],
    );
    expect(fixture.sender.requests).toEqual([]);
  });

  it("is given up where its answer is slow and there is a permit of its server and none of the host", async () => {
    const fixture = await firsts({ taken: 0, slow: true });
    await take(fixture.admission.bulkhead, { receiver: host, count: PERMITS_OF_HOST - 1 });
    const { send } = fixture.sender;
    vi.spyOn(fixture.sender, "send").mockImplementationOnce(async (request, options) => {
      await take(fixture.admission.bulkhead, { receiver: host, count: 1 });
      return await send(request, options);
    });
    expect(await dispatcher(fixture)(first)).toEqual({ event: "callback.receiver_slow", tid: TID, attempt: 1 });
    // What it held of its own server is free again.
    await take(fixture.admission.bulkhead, { receiver, count: PERMITS });
  });

  it("that is recorded needs no permit for what follows", async () => {
    const fixture = await firsts({ taken: PERMITS });
    const { admission: _, ...later } = fixture;
    await dispatcher(later)(first);
    expect(await dispatcher(fixture)(first)).toMatchObject({ event: "callback.delivered" });
    expect(fixture.sender.requests).toHaveLength(1);
  });
});
