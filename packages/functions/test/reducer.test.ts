import type { Event } from "@promptcall/core/events";
import { accept } from "@promptcall/core/evolve";
import { idOf } from "@promptcall/simulation/twins/chance";
import { UUID } from "@promptcall/simulation/twins/scripted-carrier";
import { describe, expect, it, vi } from "vitest";
import { ConflictError, UnknownCallError } from "../src/errors.ts";
import { reducer } from "../src/reducer/reduce.ts";
import { after, at, claim, event, MASKED, queued, report, spec, TID } from "./given.ts";
import { emptyWorld, type World, worldWith } from "./world.ts";

const dialing = () => after(queued(), claim());
const digits = (attempt: number, matched: boolean) => ({ attempt, matched, timed_out: false });

/** A call from the carrier's acceptance to its end, by someone who enters the right PIN at the second try. */
const HISTORY: readonly Event[] = [
  event(2, "call.dialed", { uuid: UUID }),
  event(3, "call.status", { status: "ringing", uuid: UUID }),
  event(4, "call.status", { status: "answered", uuid: UUID }),
  event(5, "call.digits", digits(1, false)),
  event(6, "call.digits", digits(2, true)),
  event(7, "call.status", { status: "completed", uuid: UUID, duration_seconds: 3, price: "0.01" }),
];

const COMPLETED: Event = {
  type: "call.completed",
  metadata: { id: `completed_${TID}`, version: 1, tid: TID, application_id: "app", time: at(7) },
  data: { to: MASKED, status: "ok", attempts: 2, uuid: UUID, duration_seconds: 3, price: "0.01" },
};

async function reduce(world: World, events: readonly Event[]) {
  for (const event of events) await reducer(world)([event]);
}

describe("the events of a call", () => {
  it("lead to its one result, and tell how it came to it", async () => {
    const world = await worldWith(dialing());
    await reduce(world, HISTORY);
    expect(world.bus.published).toEqual([COMPLETED]);
    expect(await world.calls.state(TID)).toEqual({
      version: 7,
      call: {
        tid: TID,
        applicationId: "app",
        to: MASKED,
        attemptsAllowed: 3,
        acceptedAt: at(0),
        dials: 1,
        phase: "completed",
        claim: { token: "claim-1", startedAt: at(1) },
        line: { uuid: UUID, ringingAt: at(3), answeredAt: at(4), endedAt: at(7), durationSeconds: 3, price: "0.01" },
        attempts: { 1: false, 2: true },
        outcome: { status: "ok" },
        summary: { attempts: 2, uuid: UUID, durationSeconds: 3, price: "0.01" },
        completedAt: at(7),
        completedBy: "event-7",
      },
    });
    expect(world.timers.sent).toEqual([]);
  });

  it("lead to a result that names its batch, and has the customer's own name for it", async () => {
    const asked = spec({ batch: { id: "batch-1", index: 3 }, reference: "order 1" });
    const world = await worldWith(after(accept(asked), claim()), { spec: asked });
    await reduce(world, [event(3, "call.status", { status: "rejected", detail: "declined" })]);
    expect(world.bus.published).toEqual([
      {
        type: "call.completed",
        metadata: {
          id: `completed_${TID}`,
          version: 1,
          tid: TID,
          application_id: "app",
          batch_id: "batch-1",
          time: at(3),
        },
        data: {
          to: MASKED,
          status: "error",
          reason: "rejected",
          detail: "declined",
          reference: "order 1",
          attempts: 0,
        },
      },
    ]);
    expect(world.timers.sent).toEqual([]);
  });

  it("that come together are one read and one write, and the same result", async () => {
    const world = await worldWith(dialing());
    const [read, save] = [vi.spyOn(world.calls, "state"), vi.spyOn(world.calls, "save")];
    const [first, ...others] = HISTORY as [Event, ...Event[]];
    expect(await reducer(world)([first, ...others])).toEqual({
      event: "event.reduced",
      tid: TID,
      type: HISTORY.map(({ type }) => type).join(" "),
      phase: "completed",
      result: "ok",
    });
    expect([read.mock.calls.length, save.mock.calls.length]).toEqual([1, 1]);
    expect(world.bus.published).toEqual([COMPLETED]);
  });

  it("are told one by one", async () => {
    const world = await worldWith(dialing());
    const told = await reducer(world)([event(3, "call.status", { status: "ringing" })]);
    expect(told).toEqual({ event: "event.reduced", tid: TID, type: "call.status", phase: "ringing" });
  });

  it("tell the result once, over the event that completed the call, however often that comes", async () => {
    const world = await worldWith(dialing());
    const told = [];
    for (const event of [...HISTORY, ...HISTORY.slice(-1)]) told.push(await reducer(world)([event]));
    expect(told.map(({ result }) => result)).toEqual([...Array(5).fill(undefined), "ok", undefined]);
  });

  it("tell how often another writer was quicker", async () => {
    const world = await worldWith(dialing());
    vi.spyOn(world.calls, "save")
      .mockRejectedValueOnce(new ConflictError(TID))
      .mockRejectedValueOnce(new ConflictError(TID));
    expect(await reducer(world)([HISTORY[1] as Event])).toMatchObject({ event: "event.reduced", conflicts: 2 });
  });

  it.each<Event>([
    event(0, "call.accepted", { to: MASKED }),
    COMPLETED,
    event(9, "callback.delivered", { attempt: 1, http_status: 200, duration_ms: 1 }),
    event(9, "callback.parked", { attempts: 9, why: "gone" }),
  ])("that bring no news are left alone: $type", async (event) => {
    const world = await worldWith(dialing());
    expect(await reducer(world)([event])).toEqual({ event: "event.ignored", tid: TID, type: event.type });
    expect(await world.calls.state(TID)).toEqual({ call: dialing(), version: 1 });
  });

  it("fail when their call is not on record", async () => {
    await expect(reducer(emptyWorld())([HISTORY[0] as Event])).rejects.toEqual(new UnknownCallError(TID));
  });
});

describe("an event that is delivered again", () => {
  it("changes nothing and announces nothing", async () => {
    const world = await worldWith(dialing());
    await reduce(world, HISTORY.slice(0, 3));
    const before = await world.calls.state(TID);
    await reduce(world, HISTORY.slice(0, 3));
    expect(await world.calls.state(TID)).toEqual(before);
    expect(world.bus.published).toEqual([]);
  });

  it("announces the result again when it is the one that completed the call, in the same words", async () => {
    const world = await worldWith(dialing());
    await reduce(world, HISTORY);
    world.clock.set(at(500));
    await reduce(world, HISTORY.slice(-1));
    expect(world.bus.published).toEqual([COMPLETED, COMPLETED]);
  });

  it("announces a result that was saved and then not published", async () => {
    const world = await worldWith(dialing());
    await reduce(world, HISTORY.slice(0, -1));
    vi.spyOn(world.bus, "publish").mockRejectedValueOnce(new Error("down"));
    await expect(reduce(world, HISTORY.slice(-1))).rejects.toThrow("down");
    await reduce(world, HISTORY.slice(-1));
    expect(world.bus.published).toEqual([COMPLETED]);
  });

  it("announces nothing when it is another than the one that completed the call", async () => {
    const world = await worldWith(dialing());
    await reduce(world, [...HISTORY, ...HISTORY.slice(0, -1)]);
    expect(world.bus.published).toEqual([COMPLETED]);
  });

  it("announces the same result again when it is delivered again, whatever has been reported since", async () => {
    const world = await worldWith(dialing());
    await reduce(world, HISTORY);
    await reduce(world, [event(20, "call.digits", { attempt: 3, matched: false, timed_out: true })]);
    await reduce(world, HISTORY.slice(-1));
    expect(world.bus.published).toEqual([COMPLETED, COMPLETED]);
  });

  it("announces nothing when it comes late for the first time: the result stays", async () => {
    const world = await worldWith(dialing());
    await reduce(world, [...HISTORY, event(8, "call.status", { status: "busy" })]);
    expect(world.bus.published).toEqual([COMPLETED]);
    expect(await world.calls.state(TID)).toMatchObject({
      version: 8,
      call: { outcome: { status: "ok" }, line: { ending: "busy" } },
    });
  });
});

describe("a call that ends without a verdict", () => {
  const ended = event(7, "call.status", { status: "completed", uuid: UUID });
  const settle = { v: 1, type: "settle", id: idOf(1), tid: TID, not_before: at(30) };

  it("waits for digits that are still on their way, for a time that is set", async () => {
    const world = await worldWith(dialing(), { now: at(10) });
    expect(await reducer(world)([ended])).toMatchObject({ phase: "ended" });
    expect(world.timers.sent).toEqual([settle]);
    expect(world.bus.published).toEqual([]);
  });

  it("sets that time once, also when another writer is quicker", async () => {
    const world = await worldWith(dialing(), { now: at(10) });
    vi.spyOn(world.calls, "save").mockRejectedValueOnce(new ConflictError(TID));
    expect(await reducer(world)([ended])).toMatchObject({ phase: "ended" });
    expect(world.timers.sent).toEqual([settle]);
  });

  it("sets that time once, whatever comes after", async () => {
    const world = await worldWith(dialing(), { now: at(10) });
    await reduce(world, [ended, event(8, "call.status", { status: "unanswered" }), ended]);
    expect(world.timers.sent).toEqual([settle]);
  });

  it("is not saved as ended when that time cannot be set", async () => {
    const world = await worldWith(dialing(), { now: at(10) });
    vi.spyOn(world.timers, "send").mockRejectedValueOnce(new Error("down"));
    await expect(reducer(world)([ended])).rejects.toThrow("down");
    expect(await world.calls.state(TID)).toEqual({ call: dialing(), version: 1 });
  });

  it("completes with the digits that come", async () => {
    const world = await worldWith(dialing(), { now: at(10) });
    await reduce(world, [ended, event(9, "call.digits", digits(3, false))]);
    expect(world.bus.published).toEqual([
      {
        type: "call.completed",
        metadata: { id: `completed_${TID}`, version: 1, tid: TID, application_id: "app", time: at(9) },
        data: { to: MASKED, status: "failed", attempts: 1, uuid: UUID },
      },
    ]);
  });
});

describe("two writers at once", () => {
  it("both find their news on the record", async () => {
    const world = await worldWith(dialing());
    await Promise.all([
      reducer(world)([event(3, "call.status", { status: "ringing" })]),
      reducer(world)([event(2, "call.dialed", { uuid: UUID })]),
    ]);
    expect(await world.calls.state(TID)).toEqual({
      version: 3,
      call: after(dialing(), report(2, { type: "dialed", uuid: UUID }), report(3, { type: "line", status: "ringing" })),
    });
  });

  it("announce one result", async () => {
    const world = await worldWith(dialing());
    await reduce(world, HISTORY.slice(0, -1));
    const other = event(8, "call.status", { status: "completed", uuid: UUID });
    await Promise.all([reducer(world)([HISTORY.at(-1) as Event]), reducer(world)([other])]);
    expect(world.bus.published.map(({ metadata }) => metadata.id)).toEqual([`completed_${TID}`]);
  });

  it("who never stop getting in each other's way fail, so that the message comes again", async () => {
    const world = await worldWith(dialing());
    const save = vi.spyOn(world.calls, "save").mockRejectedValue(new ConflictError(TID));
    await expect(reducer(world)([HISTORY[0] as Event])).rejects.toEqual(new ConflictError(TID));
    expect(save).toHaveBeenCalledTimes(10);
  });

  it("are not taken for such when the table fails otherwise", async () => {
    const world = await worldWith(dialing());
    const save = vi.spyOn(world.calls, "save").mockRejectedValue(new Error("throttled"));
    await expect(reducer(world)([HISTORY[0] as Event])).rejects.toThrow("throttled");
    expect(save).toHaveBeenCalledTimes(1);
  });
});
