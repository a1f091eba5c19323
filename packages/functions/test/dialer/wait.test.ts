import { newLoop } from "@promptcall/core/dialing/loop";
import { describe, expect, it, vi } from "vitest";
import { dialer } from "../../src/dialer/dial.ts";
import { idOf } from "../../testing/random.ts";
import { scriptedCarrier, UUID } from "../../testing/scripted-carrier.ts";
import { after, at, queued, report, TID } from "../given.ts";
import { deadline, OWNER, queuedFixture } from "./given.ts";

describe("a dial that is to be tried again", () => {
  const waits = async ({ waiting }: Pick<Awaited<ReturnType<typeof queuedFixture>>, "waiting">) =>
    (await waiting.list(OWNER, { limit: 10 })).map(({ tid, notBeforeMs }) => [
      tid,
      new Date(notBeforeMs).toISOString(),
    ]);

  it("releases its claim and waits again in its loop", async () => {
    const fixture = await queuedFixture({ outcome: { kind: "try_again", why: "ECONNREFUSED" } });
    expect(await dialer(fixture)(fixture.message)).toEqual([
      { event: "dial.try_again", tid: TID, why: "ECONNREFUSED" },
    ]);
    expect(await fixture.calls.state(TID)).toEqual({ call: { ...queued(), dials: 1 }, version: 3 });
    expect(await waits(fixture)).toEqual([[TID, at(4)]]);
    expect(await fixture.loops.read(OWNER)).toMatchObject({ dueMs: Date.parse(at(4)), arrivals: 1 });
    expect(fixture.dial.sent.at(-1)).toEqual({ v: 1, type: "tick", owner: OWNER, n: 0 });
    expect(fixture.bus.published).toEqual([]);
  });

  it("waits for the carrier's Retry-After when that is longer", async () => {
    const outcome = { kind: "try_again", why: "429", throttled: true, retryAfterSeconds: 60 } as const;
    const fixture = await queuedFixture({ outcome });
    const logged = { event: "dial.try_again", tid: TID, why: "429", throttled: true };
    expect(await dialer(fixture)(fixture.message)).toEqual([logged]);
    expect(await waits(fixture)).toEqual([[TID, at(61)]]);
    expect(await fixture.loops.read(OWNER)).toMatchObject({ refusals: 1 });
  });

  it("waits at most a minute, whatever the carrier's Retry-After", async () => {
    const fixture = await queuedFixture({ outcome: { kind: "try_again", why: "429", retryAfterSeconds: 1e13 } });
    await dialer(fixture)(fixture.message);
    expect(await waits(fixture)).toEqual([[TID, at(61)]]);
  });

  it("is placed again under a new claim and deadline", async () => {
    const fixture = await queuedFixture({ outcome: { kind: "try_again", why: "429" } });
    await dialer(fixture)(fixture.message);
    expect(await dialer({ ...fixture, carrier: scriptedCarrier() })(fixture.message)).toMatchObject([
      { event: "dial.placed" },
    ]);
    expect(fixture.timers.sent).toEqual([
      deadline(fixture.message.sealed_credential, idOf(1)),
      // In between, the loop was started under a token of its own.
      deadline(fixture.message.sealed_credential, idOf(3)),
    ]);
    expect(await fixture.calls.state(TID)).toMatchObject({ call: { claim: { token: idOf(3) }, dials: 2 }, version: 5 });
  });

  it("is stored as waiting before its claim is released, so that a crash in between loses nothing", async () => {
    const fixture = await queuedFixture({ outcome: { kind: "try_again", why: "429" } });
    vi.spyOn(fixture.waiting, "add").mockImplementation(async () => {
      expect(await fixture.calls.state(TID)).toEqual({ call: fixture.dialing, version: 2 });
    });
    await dialer(fixture)(fixture.message);
    expect(await fixture.calls.state(TID)).toMatchObject({ call: { phase: "queued" }, version: 3 });
  });

  it("is left to its deadline when it cannot be stored as waiting", async () => {
    const fixture = await queuedFixture({ outcome: { kind: "try_again", why: "429" } });
    vi.spyOn(fixture.waiting, "add").mockRejectedValueOnce(new Error("down"));
    await expect(dialer(fixture)(fixture.message)).rejects.toThrow("down");
    expect(await dialer(fixture)(fixture.message)).toEqual([{ event: "dial.skipped", tid: TID }]);
    expect(await fixture.calls.state(TID)).toEqual({ call: fixture.dialing, version: 2 });
  });

  it("releases its claim when another writer saved the call in between", async () => {
    const fixture = await queuedFixture({ outcome: { kind: "try_again", why: "429" } });
    vi.spyOn(fixture.waiting, "add").mockImplementation(async () => {
      await fixture.calls.save({ call: fixture.dialing, version: 2 });
    });
    await dialer(fixture)(fixture.message);
    expect(await fixture.calls.state(TID)).toMatchObject({ call: { phase: "queued" }, version: 4 });
  });

  it("keeps its claim when its leg was reported after all", async () => {
    const fixture = await queuedFixture();
    vi.spyOn(fixture.carrier, "placeCall").mockImplementation(async () => {
      const reported = after(fixture.dialing, report(1, { type: "leg", status: "ringing", uuid: UUID }));
      await fixture.calls.save({ call: reported, version: 2 });
      return { kind: "try_again", why: "429" };
    });
    await dialer(fixture)(fixture.message);
    expect(await fixture.calls.state(TID)).toMatchObject({ call: { phase: "ringing" }, version: 3 });
    expect(await dialer(fixture)(fixture.message)).toEqual([{ event: "dial.skipped", tid: TID }]);
  });
});

describe("a call that the queue hands over too late", () => {
  /** Others have taken all of the second meanwhile. */
  const full = async (fixture: Awaited<ReturnType<typeof queuedFixture>>) => {
    const recentMs = [1.1, 1.11, 1.12].map((second) => Date.parse(at(second)));
    await fixture.loops.write(OWNER, { seen: newLoop(), next: { ...newLoop(), version: 1, recentMs } });
  };

  it("is dialed all the same while nothing else waits: it takes room anew, in place of what it had", async () => {
    const fixture = await queuedFixture();
    const recentMs = [1, 1.1, 1.11].map((second) => Date.parse(at(second)));
    await fixture.loops.write(OWNER, { seen: newLoop(), next: { ...newLoop(), version: 1, recentMs } });
    fixture.clock.set(at(1.2));
    expect(await dialer(fixture)(fixture.message)).toEqual([{ event: "dial.placed", tid: TID }]);
    const { recentMs: taken } = await fixture.loops.read(OWNER);
    expect(taken).toEqual([1.1, 1.11, 1.2].map((second) => Date.parse(at(second))));
    expect(fixture.timers.sent).toHaveLength(1);
  });

  it("is dialed under the one deadline whose setting made it late", async () => {
    const fixture = await queuedFixture();
    const { send } = fixture.timers;
    vi.spyOn(fixture.timers, "send").mockImplementation(async (message) => {
      await send(message);
      fixture.clock.set(at(fixture.clock.now().getTime() / 1_000 - Date.parse(at(0)) / 1_000 + 0.3));
    });
    expect(await dialer(fixture)(fixture.message)).toEqual([{ event: "dial.placed", tid: TID }]);
    expect(fixture.timers.sent).toHaveLength(1);
    expect(await fixture.waiting.list(OWNER, { limit: 10 })).toEqual([]);
  });

  it.each([
    { slow: 1, becomes: "dial.placed" },
    { slow: 2, becomes: "dial.waits" },
  ])("takes room twice more before it waits: slow $slow times", async ({ slow, becomes }) => {
    const fixture = await queuedFixture();
    const { write } = fixture.loops;
    let left = slow;
    vi.spyOn(fixture.loops, "write").mockImplementation(async (...given) => {
      const isWritten = await write(...given);
      left -= 1;
      const nowMs = fixture.clock.now().getTime();
      if (left >= 0) fixture.clock.set(new Date(nowMs + 300).toISOString());
      return isWritten;
    });
    fixture.clock.set(at(1.4));
    expect(await dialer(fixture)(fixture.message)).toEqual([{ event: becomes, tid: TID }]);
    const { recentMs } = await fixture.loops.read(OWNER);
    expect(recentMs).toEqual([Date.parse(at(1.7))]);
    expect([fixture.timers.sent.length, fixture.carrier.placed.length]).toEqual([1, 2 - slow]);
  });

  it("waits in its owner's loop, unclaimed, where there is no room any more", async () => {
    const fixture = await queuedFixture();
    await full(fixture);
    fixture.clock.set(at(1.2));
    expect(await dialer(fixture)(fixture.message)).toEqual([{ event: "dial.waits", tid: TID }]);
    expect(await fixture.calls.state(TID)).toEqual({ call: queued(), version: 1 });
    expect(await fixture.waiting.list(OWNER, { limit: 10 })).toEqual([
      { tid: TID, notBeforeMs: Date.parse(at(1.2)), sealedCredential: fixture.message.sealed_credential },
    ]);
    expect(await fixture.loops.read(OWNER)).toMatchObject({ dueMs: Date.parse(at(1.2)), arrivals: 1 });
  });

  it("waits where somebody else takes the room at that moment", async () => {
    const fixture = await queuedFixture();
    const { write } = fixture.loops;
    vi.spyOn(fixture.loops, "write").mockResolvedValueOnce(false).mockImplementation(write);
    fixture.clock.set(at(1.2));
    expect(await dialer(fixture)(fixture.message)).toEqual([{ event: "dial.waits", tid: TID }]);
    expect(fixture.carrier.placed).toEqual([]);
  });

  it("is left to the copy of its message that came in time", async () => {
    const fixture = await queuedFixture();
    await dialer(fixture)(fixture.message);
    fixture.clock.set(at(1.4));
    expect(await dialer(fixture)(fixture.message)).toEqual([{ event: "dial.skipped", tid: TID }]);
    expect([fixture.carrier.placed.length, await fixture.waiting.list(OWNER, { limit: 10 })]).toEqual([1, []]);
  });

  it("has two waiting items when its message comes twice, and is dialed once", async () => {
    const fixture = await queuedFixture();
    await full(fixture);
    for (const second of [1.2, 1.4]) {
      fixture.clock.set(at(second));
      await dialer(fixture)(fixture.message);
    }
    expect(await fixture.waiting.list(OWNER, { limit: 10 })).toHaveLength(2);
    fixture.clock.set(at(3));
    const logged = await dialer(fixture)({ v: 1, type: "tick", owner: OWNER, n: 0 });
    expect(logged.map(({ event }) => event)).toEqual(["loop.step", "dial.placed"]);
    fixture.clock.set(at(5));
    await dialer(fixture)({ v: 1, type: "tick", owner: OWNER, n: 1 });
    expect(await fixture.waiting.list(OWNER, { limit: 10 })).toEqual([]);
    expect(fixture.carrier.placed).toHaveLength(1);
  });
});

describe("a message from before there were loops", () => {
  it("puts its call into the loop of its application", async () => {
    const fixture = await queuedFixture();
    const { owner: _owner, at: _at, ...old } = fixture.message;
    expect(await dialer(fixture)({ ...old, not_before: at(30) })).toEqual([{ event: "dial.waits", tid: TID }]);
    expect((await fixture.waiting.list(OWNER, { limit: 10 })).map(({ notBeforeMs }) => notBeforeMs)).toEqual([
      Date.parse(at(30)),
    ]);
    expect(await fixture.loops.read(OWNER)).toMatchObject({ dueMs: Date.parse(at(30)) });
  });
});
