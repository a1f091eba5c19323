import { accept } from "@promptcall/core/evolve";
import type { DialBatchMessage } from "@promptcall/core/messages";
import { scriptedCarrier } from "@promptcall/simulation/twins/scripted-carrier";
import { describe, expect, it, vi } from "vitest";
import { dialer } from "../src/dialer/dial.ts";
import { SealError, UnknownCallError } from "../src/errors.ts";
import { BATCH_ID, batchWorld, numberAt, tidsOf } from "./batch-given.ts";
import { at, CREDENTIAL, DEADLINE, OTHER_TID, TID } from "./given.ts";
import { emptyWorld } from "./world.ts";

type BatchWorld = Awaited<ReturnType<typeof batchWorld>>;

const placed = (tids: readonly string[]) => tids.map((tid) => ({ event: "dial.placed", tid }));
const called = ({ carrier }: Pick<BatchWorld, "carrier">) => carrier.placed.map(({ call }) => call.to);
const phases = async ({ calls, tids }: BatchWorld) =>
  [...(await calls.find(tids)).values()].map(({ stored }) => stored.call.phase);
const rest = ({ message }: BatchWorld, changes: Partial<DialBatchMessage>) => ({ ...message, ...changes });

describe("a step of a batch", () => {
  it("is dialed together under one deadline, each call with a claim and the customer's credential", async () => {
    const world = await batchWorld();
    expect(await dialer(world)(world.message)).toEqual(placed(tidsOf(0, 3)));
    expect(called(world)).toEqual([0, 1, 2].map(numberAt));
    expect(world.carrier.placed.map(({ credential }) => credential)).toEqual(new Array(3).fill(CREDENTIAL));
    expect(await phases(world)).toEqual([...new Array(3).fill("dialing"), ...new Array(7).fill("queued")]);
    const { sealed_credential } = world.message;
    const calls = { batch_id: BATCH_ID, next: 0, until: 3, claim: expect.any(String), sealed_credential };
    expect(world.timers.sent).toEqual([{ v: 1, type: "deadlines", ...calls, not_before: at(DEADLINE) }]);
    const claims = [...(await world.calls.find(tidsOf(0, 3))).values()].map(
      ({ stored: { call } }) => "claim" in call && call.claim?.token,
    );
    const [deadline] = world.timers.sent;
    expect(claims).toEqual(new Array(3).fill(deadline?.type === "deadlines" && deadline.claim));
    expect(world.bus.published.map(({ type, metadata }) => [type, metadata.tid])).toEqual(
      tidsOf(0, 3).map((tid) => ["call.dialed", tid]),
    );
  });

  it("claims nothing when its deadline cannot be set", async () => {
    const world = await batchWorld();
    vi.spyOn(world.timers, "send").mockRejectedValueOnce(new Error("down"));
    await expect(dialer(world)(world.message)).rejects.toThrow("down");
    expect(await phases(world)).toEqual(new Array(10).fill("queued"));
    expect(world.carrier.placed).toEqual([]);
  });

  it("sends the rest on for the next second, of as many calls as are dialed in one", async () => {
    const world = await batchWorld();
    await dialer(world)(world.message);
    expect(world.dial.sent).toEqual([rest(world, { next: 3, until: 6, not_before: at(1), due: at(1.275) })]);
  });

  it("sends the rest on before anything else can go wrong", async () => {
    const world = await batchWorld();
    vi.spyOn(world.calls, "find").mockRejectedValueOnce(new Error("down"));
    await expect(dialer(world)(world.message)).rejects.toThrow("down");
    expect(world.dial.sent).toEqual([rest(world, { next: 3, until: 6, not_before: at(1), due: at(1.275) })]);
    expect(world.carrier.placed).toEqual([]);
  });

  it("that is the last sends nothing on", async () => {
    const world = await batchWorld({ count: 8 });
    expect(await dialer(world)(rest(world, { next: 6, until: 8 }))).toEqual(placed(tidsOf(6, 8)));
    expect(world.dial.sent).toEqual([]);
  });

  it("after the other dials every call of the batch, once", async () => {
    const world = await batchWorld();
    await dialer(world)(world.message);
    for (let step = 0; world.dial.sent[step] !== undefined; step += 1) {
      world.clock.set(at(step + 1));
      await dialer(world)(world.dial.sent[step] as DialBatchMessage);
    }
    expect(world.dial.sent.map((sent) => "next" in sent && [sent.next, sent.until, sent.not_before])).toEqual([
      [3, 6, at(1)],
      [6, 9, at(2.025)],
      [9, 10, at(3.05)],
    ]);
    expect(called(world)).toEqual(Array.from({ length: 10 }, (_, index) => numberAt(index)));
  });

  it("is as large as the pace of its application, shared by its lanes", async () => {
    const world = await batchWorld({ count: 200 });
    await world.paces.limit("app", 70);
    await dialer(world)(rest(world, { next: 0, until: 23, end: 70, lanes: 3 }));
    expect(world.dial.sent).toEqual([
      rest(world, { next: 23, until: 46, end: 70, lanes: 3, not_before: at(1), due: at(1.275) }),
    ]);
    world.clock.set(at(0));
    await dialer(world)(rest(world, { next: 70, until: 93, end: 140, lanes: 3 }));
    expect(world.dial.sent.slice(1)).toEqual([
      rest(world, { next: 93, until: 116, end: 140, lanes: 3, not_before: at(1), due: at(1.275) }),
    ]);
  });
});

describe("a step of a batch that is delivered twice", () => {
  it("dials nobody twice, and sends the rest on once", async () => {
    const world = await batchWorld();
    await dialer(world)(world.message);
    expect(await dialer(world)(world.message)).toEqual(tidsOf(0, 3).map((tid) => ({ event: "dial.skipped", tid })));
    expect(called(world)).toHaveLength(3);
    expect(world.dial.sent).toHaveLength(1);
    expect(world.timers.sent).toHaveLength(1);
  });

  it("long after the batch has gone on sends nothing on", async () => {
    const world = await batchWorld();
    const [first] = [world.message];
    await dialer(world)(first);
    await dialer(world)(rest(world, { next: 3, until: 6 }));
    await dialer(world)(first);
    expect(world.dial.sent.map((sent) => "next" in sent && sent.next)).toEqual([3, 6]);
  });

  it("because the rest could not be sent on has dialed nobody before", async () => {
    const world = await batchWorld();
    vi.spyOn(world.dial, "send").mockRejectedValueOnce(new Error("down"));
    await expect(dialer(world)(world.message)).rejects.toThrow("down");
    expect(called(world)).toEqual([]);
    expect(await dialer(world)(world.message)).toEqual(placed(tidsOf(0, 3)));
    expect(world.dial.sent).toHaveLength(1);
  });

  it("because it was not remembered that the rest was sent on sends it on again, and loses nothing", async () => {
    const world = await batchWorld();
    vi.spyOn(world.hops, "make").mockRejectedValueOnce(new Error("down"));
    await expect(dialer(world)(world.message)).rejects.toThrow("down");
    await dialer(world)(world.message);
    const next = rest(world, { next: 3, until: 6, not_before: at(1), due: at(1.275) });
    expect(world.dial.sent).toEqual([next, next]);
  });
});

describe("a call of a step that cannot be dialed", () => {
  it("makes the message come again; the others are dialed, and not a second time", async () => {
    const world = await batchWorld();
    const { save } = world.calls;
    vi.spyOn(world.calls, "save").mockImplementation(async (stored) => {
      if (stored.call.tid === tidsOf(1, 2)[0]) throw new Error("throttled");
      await save(stored);
    });
    await expect(dialer(world)(world.message)).rejects.toThrow("throttled");
    expect(called(world)).toEqual([0, 2].map(numberAt));

    vi.restoreAllMocks();
    const [one, other, third] = tidsOf(0, 3);
    expect(await dialer({ ...world, calls: { ...world.calls, save } })(world.message)).toEqual([
      { event: "dial.skipped", tid: one },
      { event: "dial.placed", tid: other },
      { event: "dial.skipped", tid: third },
    ]);
    expect(called(world)).toEqual([0, 2, 1].map(numberAt));
  });

  it("because it is not on record makes the message come again", async () => {
    const world = await batchWorld({ count: 3 });
    const message = rest(world, { end: 4, until: 4 });
    await expect(dialer(world)(message)).rejects.toEqual(new UnknownCallError(tidsOf(3, 4)[0] ?? ""));
    expect(called(world)).toEqual([0, 1, 2].map(numberAt));
  });

  it("because the credential is another batch's leaves the whole step as it was", async () => {
    const world = await batchWorld();
    const sealed_credential = await world.seal.seal(CREDENTIAL, OTHER_TID);
    await expect(dialer(world)(rest(world, { sealed_credential }))).rejects.toThrow(SealError);
    expect(await phases(world)).toEqual(new Array(10).fill("queued"));
    expect(world.carrier.placed).toEqual([]);
  });

  it("for having waited too long is refused, and the carrier not asked", async () => {
    const world = await batchWorld({ count: 2, asked: { expiresAt: at(30) } });
    world.clock.set(at(31));
    expect(await dialer(world)(world.message)).toEqual(
      tidsOf(0, 2).map((tid) => ({ event: "dial.refused", tid, why: "waited too long" })),
    );
    expect(world.carrier.placed).toEqual([]);
  });
});

describe("a step that the carrier has no room for", () => {
  const throttled = { kind: "try_again", why: "429", throttled: true } as const;

  /** It had none for others of the application in the second before, either. */
  async function crowdedWorld(count: number) {
    const world = await batchWorld({ count, outcome: throttled });
    world.clock.set(at(-1));
    await world.paces.slow("app");
    world.clock.set(at(0));
    return world;
  }

  it("slows the application, and gives each call a place of its own and its claim back", async () => {
    const world = await crowdedWorld(6);
    await world.paces.reserve({ applicationId: "app", count: 6, byMs: Date.parse(at(3_600)) });
    await dialer(world)(world.message);
    expect(await world.paces.read("app")).toMatchObject({ callsPerSecond: 1.5, limit: 3 });
    const [next, ...again] = world.dial.sent;
    expect(next).toEqual(rest(world, { next: 3, until: 6, not_before: at(1), due: at(1.275) }));
    const from = Date.parse(at(0));
    expect(again.map(({ sealed_credential: _, ...sent }) => sent)).toEqual(
      // Behind the 2.05 s of the batch, and the carrier's 3 s at the least, from when it was asked: two calls do not share a place.
      tidsOf(0, 3).map((tid, index) => {
        const not_before = new Date(from + Math.max(3_300, 2_300 + index * 1_025)).toISOString();
        return { v: 1, type: "dial", tid, not_before };
      }),
    );
    expect(await phases(world)).toEqual(new Array(6).fill("queued"));
    for (const sent of again)
      if (sent.type === "dial") expect(await world.seal.open(sent.sealed_credential, sent.tid)).toBe(CREDENTIAL);
  });

  it("makes the steps after it smaller, and after a while as large again", async () => {
    const world = await crowdedWorld(20);
    await dialer(world)(world.message);
    const calm = dialer({ ...world, carrier: scriptedCarrier() });
    world.clock.set(at(1));
    await calm(rest(world, { next: 3, until: 6 }));
    world.clock.set(at(12));
    await calm(rest(world, { next: 6, until: 7 }));
    const steps = world.dial.sent.flatMap((sent) => ("next" in sent ? [[sent.next, sent.until, sent.not_before]] : []));
    expect(steps).toEqual([
      [3, 6, at(1)],
      [6, 7, at(2)],
      [7, 10, at(13)],
    ]);
  });
});

describe("what was to wait for its time", () => {
  const byMs = Date.parse(at(900));
  const waiting = { place_by: at(900), not_before: at(0) };

  it("is dialed when that has come and the application is at rest, in places of its own", async () => {
    const world = await batchWorld({ count: 6 });
    expect(await dialer(world)(rest(world, waiting))).toEqual(placed(tidsOf(0, 3)));
    expect(world.dial.sent).toEqual([rest(world, { next: 3, until: 6, not_before: at(1), due: at(1.275) })]);
    const { fromMs } = await world.paces.reserve({ applicationId: "app", count: 1, byMs });
    expect(fromMs - Date.parse(at(0))).toBe(2_050);
  });

  it("is given its places behind what has them already, and dialed then", async () => {
    const world = await batchWorld({ count: 6 });
    await world.paces.reserve({ applicationId: "app", count: 120, byMs });
    expect(await dialer(world)(rest(world, waiting))).toEqual([{ event: "message.early" }]);
    expect(world.carrier.placed).toEqual([]);
    expect(world.dial.sent).toEqual([rest(world, { not_before: at(40), due: at(41.25) })]);

    const [single] = tidsOf(0, 1);
    const sealed_credential = await world.seal.seal(CREDENTIAL, single ?? "");
    const dial = { v: 1, type: "dial", tid: single ?? "", sealed_credential } as const;
    expect(await dialer(world)({ ...dial, ...waiting })).toEqual([{ event: "message.early", tid: single }]);
    const not_before = at(41 + 2.05 + 0.25);
    expect(world.dial.sent.slice(1)).toEqual([{ ...dial, not_before }]);
  });

  it("is dialed in its turn even where that is too late for all of it, so that each call ends", async () => {
    const world = await batchWorld({ count: 6 });
    await world.paces.reserve({ applicationId: "app", count: 120, byMs });
    await dialer(world)(rest(world, { place_by: at(30), not_before: at(0) }));
    expect(world.dial.sent).toEqual([rest(world, { not_before: at(40), due: at(41.25) })]);
  });

  it("fails when its call is not on record", async () => {
    const message = { v: 1, type: "dial", tid: TID, sealed_credential: "sealed", place_by: at(900) } as const;
    await expect(dialer(emptyWorld())(message)).rejects.toEqual(new UnknownCallError(TID));
  });
});

describe("a batch that was only asked for", () => {
  it("stands queued, call by call", async () => {
    const world = await batchWorld({ count: 2 });
    const { specs, states } = world.calls.records();
    expect(states).toEqual(specs.map((spec) => ({ call: accept(spec), version: 1 })));
  });
});
