import type { SweepMessage } from "@promptcall/core/dialing/messages";
import { accept } from "@promptcall/core/evolve";
import { idOf } from "@promptcall/simulation/twins/chance";
import { describe, expect, it, vi } from "vitest";
import { UnknownBatchError } from "../src/errors.ts";
import { timers } from "../src/timers/fire.ts";
import { BATCH_ID, batchWorld, numberAt, OWNER, tidsOf } from "./batch-given.ts";
import { after, at, CREDENTIAL, claim, epoch, jwt, report, spec } from "./given.ts";

type BatchWorld = Awaited<ReturnType<typeof batchWorld>>;

const message: SweepMessage = {
  v: 1,
  type: "sweep",
  owner: OWNER,
  batch_id: BATCH_ID,
  reason: "cancelled",
  next: 0,
  not_before: at(0),
};
const rest = ({ timers: { sent } }: BatchWorld) => sent.filter(({ type }) => type === "sweep");
const ended = ({ bus }: BatchWorld) => bus.published.map(({ metadata: { tid } }) => tid);
const reasons = ({ bus }: BatchWorld) => [...new Set(bus.published.map(({ data }) => "reason" in data && data.reason))];

describe("a sweep", () => {
  it("ends the queued calls with the reason of the batch, a hundred at a time, and sends the rest on", async () => {
    const world = await batchWorld({ count: 250 });
    await timers(world)(message);
    expect(ended(world)).toEqual(tidsOf(0, 100));
    expect(rest(world)).toEqual([{ ...message, next: 100 }]);
    for (const next of [100, 200]) await timers(world)({ ...message, next });
    expect(ended(world)).toEqual(tidsOf(0, 250));
    expect(rest(world).slice(1)).toEqual([{ ...message, next: 200 }]);
    expect(reasons(world)).toEqual(["cancelled"]);
  });

  it("has the batch leave the loop first, and be counted: whoever ended it may have died before that", async () => {
    const world = await batchWorld();
    const find = vi.spyOn(world.calls, "find").mockRejectedValueOnce(new Error("died"));
    await expect(timers(world)(message)).rejects.toThrow("died");
    expect((await world.loops.read(OWNER)).batches).toEqual({});
    expect(world.timers.sent).toEqual([
      { v: 1, type: "count_batch", batch_id: BATCH_ID, looks: 0, not_before: at(20) },
    ]);
    expect(find).toHaveBeenCalledOnce();
  });

  it("says on the batch why it is over, for calls that are given back later; the first reason stands", async () => {
    const world = await batchWorld();
    await timers(world)({ ...message, reason: "expired" });
    expect((await world.batches.find(BATCH_ID))?.over).toBe("expired");
    const other = await batchWorld();
    await other.batches.end(BATCH_ID, "credential_rejected");
    await timers(other)({ ...message, reason: "expired" });
    expect([reasons(world), reasons(other)]).toEqual([["expired"], ["credential_rejected"]]);
  });

  it("that is delivered twice does the same once, and sends the rest on once", async () => {
    const world = await batchWorld({ count: 150 });
    for (const _ of [1, 2]) await timers(world)(message);
    expect([ended(world).length, rest(world).length]).toEqual([100, 1]);
  });

  it("sends the rest on again when it died before it could remember that it had", async () => {
    const world = await batchWorld({ count: 150 });
    const { make } = world.hops;
    const making = vi.spyOn(world.hops, "make").mockImplementation(async (key, hops) => {
      if (key.startsWith("sweep")) throw new Error("died");
      await make(key, hops);
    });
    await expect(timers(world)(message)).rejects.toThrow("died");
    making.mockImplementation(make);
    await timers(world)(message);
    expect([ended(world).length, rest(world).length]).toEqual([100, 2]);
  });

  it("leaves alone what has been dialed", async () => {
    const world = await batchWorld();
    await dialedAt(world, 0, 3);
    await timers(world)(message);
    expect(ended(world)).toEqual(tidsOf(3, 10));
    expect(world.carrier.hungUp).toEqual([]);
  });

  it("ends the others when one call cannot be ended, and goes on for that one alone", async () => {
    const world = await batchWorld();
    const { save } = world.calls;
    const [second] = tidsOf(1, 2);
    const saving = vi.spyOn(world.calls, "save").mockImplementation(async (stored) => {
      if (stored.call.tid === second) throw new Error("throttled");
      await save(stored);
    });
    const told = await timers(world)(message);
    expect(told).toContainEqual({ event: "batch.swept", tid: second, again: "Error" });
    expect(ended(world)).toHaveLength(9);
    const alone = { ...message, next: 1, end: 2 };
    expect(rest(world)).toEqual([alone]);
    await expect(timers(world)(alone)).rejects.toThrow("throttled");
    saving.mockImplementation(save);
    await timers(world)(alone);
    expect(ended(world).toSorted()).toEqual(tidsOf(0, 10).toSorted());
  });

  it("of a batch that is not on record fails", async () => {
    const world = await batchWorld();
    await expect(timers(world)({ ...message, batch_id: idOf(9) })).rejects.toEqual(new UnknownBatchError(idOf(9)));
  });
});

describe("a sweep with a credential", () => {
  const given = async (count: number) => {
    const world = await batchWorld({ count });
    await dialedAt(world, 0, count);
    return { world, live: { ...message, sealed_credential: await world.seal.seal(CREDENTIAL, BATCH_ID) } };
  };

  it("has ten live calls hung up a second: others ask the carrier, too", async () => {
    const { world, live } = await given(25);
    await timers(world)(live);
    expect(world.carrier.hungUp).toEqual(uuids(0, 10));
    expect(rest(world)).toEqual([{ ...live, next: 10, not_before: at(1) }]);
    await timers(world)({ ...live, next: 10, not_before: at(1) });
    await timers(world)({ ...live, next: 20, not_before: at(2) });
    expect(world.carrier.hungUp).toEqual(uuids(0, 25));
    expect(ended(world)).toEqual([]);
  });

  it("comes again, alone, for those that the carrier has no room for: nobody else's requests are refused for them", async () => {
    const { world, live } = await given(2);
    const room = world.clock.now().getTime() + 60_000;
    for (let taken: number | undefined = 0; taken !== undefined; ) taken = await world.room.take(OWNER, room);
    const told = await timers(world)(live);
    expect(told).toEqual(tidsOf(0, 2).map((tid) => ({ event: "timer.cancel", tid, no_room: true })));
    expect(world.carrier.hungUp).toEqual([]);
    const alone = (index: number) => ({ ...live, next: index, end: index + 1, not_before: expect.any(String) });
    expect(rest(world)).toEqual([alone(0), alone(1)]);
    world.clock.set(at(61));
    for (const again of rest(world)) await timers(world)(again);
    expect(world.carrier.hungUp).toEqual(uuids(0, 2));
  });

  it("ends the queued ones as well, a hundred at a time where few are live", async () => {
    const world = await batchWorld({ count: 250 });
    await dialedAt(world, 30, 32);
    const live = { ...message, sealed_credential: await world.seal.seal(CREDENTIAL, BATCH_ID) };
    await timers(world)(live);
    expect(world.carrier.hungUp).toEqual(uuids(30, 32));
    expect(ended(world)).toEqual([...tidsOf(0, 30), ...tidsOf(32, 100)]);
    expect(rest(world)).toEqual([{ ...live, next: 100, not_before: at(1) }]);
  });

  it("that was asked for once more asks the carrier once more, about all of them", async () => {
    const { world, live } = await given(15);
    const another = jwt({ application_id: "app", iat: epoch(1), exp: epoch(901) });
    const again = { ...live, sealed_credential: await world.seal.seal(another, BATCH_ID) };
    for (const asked of [live, again]) for (const next of [0, 10]) await timers(world)({ ...asked, next });
    expect(rest(world)).toHaveLength(2);
    expect(world.carrier.hungUp).toHaveLength(30);
  });
});

const uuidAt = (index: number) => idOf(1_000 + index);
const uuids = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, place) => ({ uuid: uuidAt(from + place), credential: CREDENTIAL }));

async function dialedAt(world: BatchWorld, from: number, to: number): Promise<void> {
  for (const [place, tid] of tidsOf(from, to).entries()) {
    const index = from + place;
    const asked = spec({ tid, to: numberAt(index), batch: { id: BATCH_ID, index } });
    world.hold({
      spec: asked,
      call: after(accept(asked), claim(1), report(2, { type: "dialed", uuid: uuidAt(index) })),
    });
  }
}
