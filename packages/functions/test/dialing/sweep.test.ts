import { accept } from "@promptcall/core/call/evolve";
import { describe, expect, it, vi } from "vitest";
import { endBatch } from "../../src/dialing/end-batch.ts";
import { UnknownBatchError } from "../../src/errors.ts";
import { timers } from "../../src/timers/fire.ts";
import { idOf } from "../../testing/random.ts";
import { BATCH_ID, batchFixture, numberAt, OWNER, SWEEP, tidsOf } from "../batch-given.ts";
import { after, at, CREDENTIAL, claim, epoch, jwt, report, spec } from "../given.ts";

type BatchFixture = Awaited<ReturnType<typeof batchFixture>>;

const message = SWEEP;
const rest = ({ timers: { sent } }: BatchFixture) => sent.filter(({ type }) => type === "sweep");
const ended = ({ bus }: BatchFixture) => bus.published.map(({ metadata: { tid } }) => tid);
const reasons = ({ bus }: BatchFixture) => [
  ...new Set(bus.published.map(({ data }) => "reason" in data && data.reason)),
];

describe("a sweep", () => {
  it("ends the queued calls with the reason of the batch, a hundred at a time, and sends the rest on", async () => {
    const fixture = await batchFixture({ count: 250 });
    await timers(fixture)(message);
    expect(ended(fixture)).toEqual(tidsOf(0, 100));
    expect(rest(fixture)).toEqual([{ ...message, next: 100 }]);
    for (const next of [100, 200]) await timers(fixture)({ ...message, next });
    expect(ended(fixture)).toEqual(tidsOf(0, 250));
    expect(rest(fixture).slice(1)).toEqual([{ ...message, next: 200 }]);
    expect(reasons(fixture)).toEqual(["cancelled"]);
  });

  it("removes the batch from the loop, and starts its count", async () => {
    const fixture = await batchFixture();
    const find = vi.spyOn(fixture.calls, "find").mockRejectedValueOnce(new Error("died"));
    await expect(timers(fixture)(message)).rejects.toThrow("died");
    expect((await fixture.loops.read(OWNER)).batches).toEqual({});
    expect(fixture.timers.sent).toEqual([
      { v: 1, type: "count_batch", batch_id: BATCH_ID, looks: 0, not_before: at(20) },
    ]);
    expect(find).toHaveBeenCalledOnce();
  });

  it("records why the batch is over; the first reason stands", async () => {
    const fixture = await batchFixture();
    await timers(fixture)({ ...message, reason: "expired" });
    expect((await fixture.batches.find(BATCH_ID))?.over).toBe("expired");
    const other = await batchFixture();
    await other.batches.end(BATCH_ID, "credential_rejected");
    await timers(other)({ ...message, reason: "expired" });
    expect([reasons(fixture), reasons(other)]).toEqual([["expired"], ["credential_rejected"]]);
  });

  it("that is delivered twice does the same once, and sends the rest on once", async () => {
    const fixture = await batchFixture({ count: 150 });
    for (const _ of [1, 2]) await timers(fixture)(message);
    expect([ended(fixture).length, rest(fixture).length]).toEqual([100, 1]);
  });

  it("sends the rest on again after a crash before the checkpoint", async () => {
    const fixture = await batchFixture({ count: 150 });
    const { advance: make } = fixture.checkpoints;
    const making = vi.spyOn(fixture.checkpoints, "advance").mockImplementation(async (key, hops) => {
      if (key.startsWith("sweep")) throw new Error("died");
      return await make(key, hops);
    });
    await expect(timers(fixture)(message)).rejects.toThrow("died");
    making.mockImplementation(make);
    await timers(fixture)(message);
    expect([ended(fixture).length, rest(fixture).length]).toEqual([100, 2]);
  });

  it("does not touch dialed calls", async () => {
    const fixture = await batchFixture();
    await dialedAt(fixture, 0, 3);
    await timers(fixture)(message);
    expect(ended(fixture)).toEqual(tidsOf(3, 10));
    expect(fixture.carrier.hungUp).toEqual([]);
  });

  it("ends the other calls when one fails, and sends that one on alone", async () => {
    const fixture = await batchFixture();
    const { save } = fixture.calls;
    const [second] = tidsOf(1, 2);
    const saving = vi.spyOn(fixture.calls, "save").mockImplementation(async (stored) => {
      if (stored.call.tid === second) throw new Error("throttled");
      await save(stored);
    });
    const logged = await timers(fixture)(message);
    expect(logged).toContainEqual({ event: "batch.swept", tid: second, again: "Error" });
    expect(ended(fixture)).toHaveLength(9);
    const alone = { ...message, next: 1, end: 2 };
    expect(rest(fixture)).toEqual([alone]);
    await expect(timers(fixture)(alone)).rejects.toThrow("throttled");
    saving.mockImplementation(save);
    await timers(fixture)(alone);
    expect(ended(fixture).toSorted()).toEqual(tidsOf(0, 10).toSorted());
  });

  it("of a batch that is not on record fails", async () => {
    const fixture = await batchFixture();
    await expect(timers(fixture)({ ...message, batch_id: idOf(9) })).rejects.toEqual(new UnknownBatchError(idOf(9)));
  });
});

describe("ending a batch", () => {
  it("is done whole or not at all, whichever of its writes fails: nobody may ask for it again", async () => {
    const ending = (fixture: BatchFixture) =>
      endBatch({ batch: { id: BATCH_ID }, owner: OWNER, reason: "cancelled" }, fixture);
    const swept = async (fixture: BatchFixture) => {
      for (const message of rest(fixture)) await timers(fixture)(message);
      return [
        (await fixture.batches.find(BATCH_ID))?.over,
        ended(fixture).length,
        BATCH_ID in (await fixture.loops.read(OWNER)).batches,
      ];
    };
    const unsent = await batchFixture({ count: 2 });
    vi.spyOn(unsent.timers, "send").mockRejectedValueOnce(new Error("throttled"));
    await expect(ending(unsent)).rejects.toThrow("throttled");
    expect(await swept(unsent)).toEqual([undefined, 0, true]);
    for (const fail of [
      ({ batches }: BatchFixture) => vi.spyOn(batches, "end").mockRejectedValueOnce(new Error("throttled")),
      ({ loops }: BatchFixture) => vi.spyOn(loops, "write").mockRejectedValueOnce(new Error("throttled")),
    ]) {
      const fixture = await batchFixture({ count: 2 });
      fail(fixture);
      await expect(ending(fixture)).rejects.toThrow("throttled");
      expect(await swept(fixture)).toEqual(["cancelled", 2, false]);
    }
  });
});

describe("a cancellation from before there were loops", () => {
  const cancel = {
    v: 1,
    type: "cancel_batch",
    id: "c",
    batch_id: BATCH_ID,
    next: 10,
    end: 25,
    not_before: at(0),
  } as const;

  it("ends the queued calls also where it hangs live ones up: both were one message's", async () => {
    const fixture = await batchFixture({ count: 25 });
    await dialedAt(fixture, 12, 13);
    await timers(fixture)({ ...cancel, sealed_credential: await fixture.seal.seal(CREDENTIAL, BATCH_ID) });
    for (const message of rest(fixture)) await timers(fixture)(message);
    expect(fixture.carrier.hungUp).toEqual(uuids(12, 13));
    expect(ended(fixture)).toEqual([...tidsOf(0, 12), ...tidsOf(13, 25)]);
    expect((await fixture.loops.read(OWNER)).batches).toEqual({});
  });
});

describe("a sweep with a credential", () => {
  const given = async (count: number) => {
    const fixture = await batchFixture({ count });
    await dialedAt(fixture, 0, count);
    return { fixture, live: { ...message, sealed_credential: await fixture.seal.seal(CREDENTIAL, BATCH_ID) } };
  };

  it("hangs up ten live calls a second", async () => {
    const { fixture, live } = await given(25);
    await timers(fixture)(live);
    expect(fixture.carrier.hungUp).toEqual(uuids(0, 10));
    expect(rest(fixture)).toEqual([{ ...live, next: 10, not_before: at(1) }]);
    await timers(fixture)({ ...live, next: 10, not_before: at(1) });
    await timers(fixture)({ ...live, next: 20, not_before: at(2) });
    expect(fixture.carrier.hungUp).toEqual(uuids(0, 25));
    expect(ended(fixture)).toEqual([]);
  });

  it("comes again, alone, for those that the carrier has no room for: nobody else's requests are refused for them", async () => {
    const { fixture, live } = await given(2);
    const room = fixture.clock.now().getTime() + 60_000;
    for (let taken: number | undefined = 0; taken !== undefined; ) taken = await fixture.rate.reserve(OWNER, room);
    const logged = await timers(fixture)(live);
    expect(logged).toEqual(tidsOf(0, 2).map((tid) => ({ event: "timer.cancel", tid, no_room: true })));
    expect(fixture.carrier.hungUp).toEqual([]);
    const alone = (index: number) => ({ ...live, next: index, end: index + 1, not_before: expect.any(String) });
    expect(rest(fixture)).toEqual([alone(0), alone(1)]);
    fixture.clock.set(at(61));
    for (const again of rest(fixture)) await timers(fixture)(again);
    expect(fixture.carrier.hungUp).toEqual(uuids(0, 2));
  });

  it("leaves the queued ones to the sweep without: two at once would announce each result twice", async () => {
    const fixture = await batchFixture({ count: 250 });
    await dialedAt(fixture, 30, 32);
    const live = { ...message, sealed_credential: await fixture.seal.seal(CREDENTIAL, BATCH_ID) };
    await timers(fixture)(live);
    expect(fixture.carrier.hungUp).toEqual(uuids(30, 32));
    expect(ended(fixture)).toEqual([]);
    expect(rest(fixture)).toEqual([{ ...live, next: 100, not_before: at(1) }]);
  });

  it("that was requested again hangs up all live calls again", async () => {
    const { fixture, live } = await given(15);
    const another = jwt({ application_id: "app", iat: epoch(1), exp: epoch(901) });
    const again = { ...live, sealed_credential: await fixture.seal.seal(another, BATCH_ID) };
    for (const asked of [live, again]) for (const next of [0, 10]) await timers(fixture)({ ...asked, next });
    expect(rest(fixture)).toHaveLength(2);
    expect(fixture.carrier.hungUp).toHaveLength(30);
  });
});

const uuidAt = (index: number) => idOf(1_000 + index);
const uuids = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, place) => ({ uuid: uuidAt(from + place), credential: CREDENTIAL }));

async function dialedAt(fixture: BatchFixture, from: number, to: number): Promise<void> {
  for (const [place, tid] of tidsOf(from, to).entries()) {
    const index = from + place;
    const asked = spec({ tid, to: numberAt(index), batch: { id: BATCH_ID, index } });
    fixture.hold({
      spec: asked,
      call: after(accept(asked), claim(1), report(2, { type: "dialed", uuid: uuidAt(index) })),
    });
  }
}
