import { newLoop } from "@promptcall/core/dialing/loop";
import { idOf } from "@promptcall/simulation/twins/chance";
import { scriptedCarrier, UUID } from "@promptcall/simulation/twins/scripted-carrier";
import { describe, expect, it, vi } from "vitest";
import { dialer } from "../../src/dialer/dial.ts";
import { after, at, queued, report, TID } from "../given.ts";
import { deadline, OWNER, queuedWorld } from "./given.ts";

describe("a dial that is to be tried again", () => {
  const waits = async ({ waiting }: Pick<Awaited<ReturnType<typeof queuedWorld>>, "waiting">) =>
    (await waiting.list(OWNER, 10)).map(({ tid, notBeforeMs }) => [tid, new Date(notBeforeMs).toISOString()]);

  it("gives its claim back and waits anew, a little later, in a loop that takes it up", async () => {
    const world = await queuedWorld({ outcome: { kind: "try_again", why: "ECONNREFUSED" } });
    expect(await dialer(world)(world.message)).toEqual([{ event: "dial.try_again", tid: TID, why: "ECONNREFUSED" }]);
    expect(await world.calls.state(TID)).toEqual({ call: { ...queued(), dials: 1 }, version: 3 });
    expect(await waits(world)).toEqual([[TID, at(4)]]);
    expect(await world.loops.read(OWNER)).toMatchObject({ dueMs: Date.parse(at(4)), arrivals: 1 });
    expect(world.dial.sent.at(-1)).toEqual({ v: 1, type: "tick", owner: OWNER, n: 0 });
    expect(world.bus.published).toEqual([]);
  });

  it("waits as long as the carrier asks, where that is longer", async () => {
    const outcome = { kind: "try_again", why: "429", throttled: true, retryAfterSeconds: 60 } as const;
    const world = await queuedWorld({ outcome });
    const told = { event: "dial.try_again", tid: TID, why: "429", throttled: true };
    expect(await dialer(world)(world.message)).toEqual([told]);
    expect(await waits(world)).toEqual([[TID, at(61)]]);
    expect(await world.loops.read(OWNER)).toMatchObject({ refusals: 1 });
  });

  it("does not wait for longer than a minute, whatever the carrier asks", async () => {
    const world = await queuedWorld({ outcome: { kind: "try_again", why: "429", retryAfterSeconds: 1e13 } });
    await dialer(world)(world.message);
    expect(await waits(world)).toEqual([[TID, at(61)]]);
  });

  it("is placed under a claim and a deadline of its own", async () => {
    const world = await queuedWorld({ outcome: { kind: "try_again", why: "429" } });
    await dialer(world)(world.message);
    expect(await dialer({ ...world, carrier: scriptedCarrier() })(world.message)).toMatchObject([
      { event: "dial.placed" },
    ]);
    expect(world.timers.sent).toEqual([
      deadline(world.message.sealed_credential, idOf(1)),
      deadline(world.message.sealed_credential, idOf(2)),
    ]);
    expect(await world.calls.state(TID)).toMatchObject({ call: { claim: { token: idOf(2) }, dials: 2 }, version: 5 });
  });

  it("waits before its claim is given back, so that a crash between the two loses nothing", async () => {
    const world = await queuedWorld({ outcome: { kind: "try_again", why: "429" } });
    vi.spyOn(world.waiting, "add").mockImplementation(async () => {
      expect(await world.calls.state(TID)).toEqual({ call: world.dialing, version: 2 });
    });
    await dialer(world)(world.message);
    expect(await world.calls.state(TID)).toMatchObject({ call: { phase: "queued" }, version: 3 });
  });

  it("is left to its deadline when it could not be made to wait", async () => {
    const world = await queuedWorld({ outcome: { kind: "try_again", why: "429" } });
    vi.spyOn(world.waiting, "add").mockRejectedValueOnce(new Error("down"));
    await expect(dialer(world)(world.message)).rejects.toThrow("down");
    expect(await dialer(world)(world.message)).toEqual([{ event: "dial.skipped", tid: TID }]);
    expect(await world.calls.state(TID)).toEqual({ call: world.dialing, version: 2 });
  });

  it("gives its claim back also when somebody else saved the call in between", async () => {
    const world = await queuedWorld({ outcome: { kind: "try_again", why: "429" } });
    vi.spyOn(world.waiting, "add").mockImplementation(async () => {
      await world.calls.save({ call: world.dialing, version: 2 });
    });
    await dialer(world)(world.message);
    expect(await world.calls.state(TID)).toMatchObject({ call: { phase: "queued" }, version: 4 });
  });

  it("keeps its claim when the line was heard from after all", async () => {
    const world = await queuedWorld();
    vi.spyOn(world.carrier, "placeCall").mockImplementation(async () => {
      const heard = after(world.dialing, report(1, { type: "line", status: "ringing", uuid: UUID }));
      await world.calls.save({ call: heard, version: 2 });
      return { kind: "try_again", why: "429" };
    });
    await dialer(world)(world.message);
    expect(await world.calls.state(TID)).toMatchObject({ call: { phase: "ringing" }, version: 3 });
    expect(await dialer(world)(world.message)).toEqual([{ event: "dial.skipped", tid: TID }]);
  });
});

describe("a call that the queue hands over too late", () => {
  /** Others have taken all of the second meanwhile. */
  const full = async (world: Awaited<ReturnType<typeof queuedWorld>>) => {
    const recentMs = [1.1, 1.11, 1.12].map((second) => Date.parse(at(second)));
    await world.loops.write(OWNER, { seen: newLoop(), next: { ...newLoop(), version: 1, recentMs } });
  };

  it("is dialed all the same while nothing else waits: it takes room anew, in place of what it had", async () => {
    const world = await queuedWorld();
    const recentMs = [1, 1.1, 1.11].map((second) => Date.parse(at(second)));
    await world.loops.write(OWNER, { seen: newLoop(), next: { ...newLoop(), version: 1, recentMs } });
    world.clock.set(at(1.2));
    expect(await dialer(world)(world.message)).toEqual([{ event: "dial.placed", tid: TID }]);
    const { recentMs: taken } = await world.loops.read(OWNER);
    expect(taken).toEqual([1.1, 1.11, 1.2].map((second) => Date.parse(at(second))));
    expect(world.timers.sent).toHaveLength(1);
  });

  it("waits in its owner's loop, unclaimed, where there is no room any more", async () => {
    const world = await queuedWorld();
    await full(world);
    world.clock.set(at(1.2));
    expect(await dialer(world)(world.message)).toEqual([{ event: "dial.waits", tid: TID }]);
    expect(await world.calls.state(TID)).toEqual({ call: queued(), version: 1 });
    expect(await world.waiting.list(OWNER, 10)).toEqual([
      { tid: TID, notBeforeMs: Date.parse(at(1.2)), sealedCredential: world.message.sealed_credential },
    ]);
    expect(await world.loops.read(OWNER)).toMatchObject({ dueMs: Date.parse(at(1.2)), arrivals: 1 });
  });

  it("waits where somebody else takes the room at that moment", async () => {
    const world = await queuedWorld();
    const { write } = world.loops;
    vi.spyOn(world.loops, "write").mockResolvedValueOnce(false).mockImplementation(write);
    world.clock.set(at(1.2));
    expect(await dialer(world)(world.message)).toEqual([{ event: "dial.waits", tid: TID }]);
    expect(world.carrier.placed).toEqual([]);
  });

  it("is left to the copy of its message that came in time", async () => {
    const world = await queuedWorld();
    await dialer(world)(world.message);
    world.clock.set(at(1.4));
    expect(await dialer(world)(world.message)).toEqual([{ event: "dial.skipped", tid: TID }]);
    expect([world.carrier.placed.length, await world.waiting.list(OWNER, 10)]).toEqual([1, []]);
  });

  it("waits in two places when its message comes twice, and is dialed once", async () => {
    const world = await queuedWorld();
    await full(world);
    for (const second of [1.2, 1.4]) {
      world.clock.set(at(second));
      await dialer(world)(world.message);
    }
    expect(await world.waiting.list(OWNER, 10)).toHaveLength(2);
    world.clock.set(at(3));
    const told = await dialer(world)({ v: 1, type: "tick", owner: OWNER, n: 0 });
    expect(told.map(({ event }) => event)).toEqual(["loop.step", "dial.placed"]);
    world.clock.set(at(5));
    await dialer(world)({ v: 1, type: "tick", owner: OWNER, n: 1 });
    expect(await world.waiting.list(OWNER, 10)).toEqual([]);
    expect(world.carrier.placed).toHaveLength(1);
  });
});

describe("a message from before there were loops", () => {
  it("has its call wait in the loop of its application until its time", async () => {
    const world = await queuedWorld();
    const { owner: _owner, at: _at, ...old } = world.message;
    expect(await dialer(world)({ ...old, not_before: at(30) })).toEqual([{ event: "dial.waits", tid: TID }]);
    expect((await world.waiting.list(OWNER, 10)).map(({ notBeforeMs }) => notBeforeMs)).toEqual([Date.parse(at(30))]);
    expect(await world.loops.read(OWNER)).toMatchObject({ dueMs: Date.parse(at(30)) });
  });
});
