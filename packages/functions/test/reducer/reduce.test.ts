import { accept } from "@promptcall/core/call/evolve";
import type { CallCompleted } from "@promptcall/core/contracts/completed-event";
import type { ReportEvent } from "@promptcall/core/contracts/report-events";
import { describe, expect, it, vi } from "vitest";
import { ConflictError, UnknownCallError } from "../../src/errors.ts";
import { reducer } from "../../src/reducer/reduce.ts";
import { idOf } from "../../testing/random.ts";
import { UUID } from "../../testing/scripted-carrier.ts";
import { emptyFixture, type Fixture, fixtureWith } from "../fixture.ts";
import { after, at, claim, event, MASKED, queued, report, spec, TID } from "../given.ts";

const dialing = () => after(queued(), claim());
const digits = (attempt: number, matched: boolean) => ({ attempt, matched, timed_out: false });

/** A call from the carrier's acceptance to its end, by someone who enters the right PIN at the second try. */
const HISTORY: readonly ReportEvent[] = [
  event(2, "call.dialed", { uuid: UUID }),
  event(3, "call.status", { status: "ringing", uuid: UUID }),
  event(4, "call.status", { status: "answered", uuid: UUID }),
  event(5, "call.digits", digits(1, false)),
  event(6, "call.digits", digits(2, true)),
  event(7, "call.status", { status: "completed", uuid: UUID, duration_seconds: 3, price: "0.01" }),
];

const COMPLETED: CallCompleted = {
  type: "call.completed",
  metadata: { id: `completed_${TID}`, version: 1, tid: TID, application_id: "app", time: at(7) },
  data: { to: MASKED, status: "ok", attempts: 2, uuid: UUID, duration_seconds: 3, price: "0.01" },
};

async function reduce(fixture: Fixture, events: readonly ReportEvent[]) {
  for (const event of events) await reducer(fixture)([event]);
}

describe("the events of a call", () => {
  it("lead to its one result, and are logged", async () => {
    const fixture = await fixtureWith(dialing());
    await reduce(fixture, HISTORY);
    expect(fixture.bus.published).toEqual([COMPLETED]);
    expect(await fixture.calls.state(TID)).toEqual({
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
        attemptTimes: { 1: at(5), 2: at(6) },
        outcome: { status: "ok" },
        summary: { attempts: 2, uuid: UUID, durationSeconds: 3, price: "0.01" },
        completedAt: at(7),
        completedBy: "event-7",
      },
    });
    expect(fixture.timers.sent).toEqual([]);
  });

  it("lead to a result that names its batch, and has the customer's own name for it", async () => {
    const asked = spec({ batch: { id: "batch-1", index: 3 }, reference: "order 1" });
    const fixture = await fixtureWith(after(accept(asked), claim()), { spec: asked });
    await reduce(fixture, [event(3, "call.status", { status: "rejected", detail: "declined" })]);
    expect(fixture.bus.published).toEqual([
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
    expect(fixture.timers.sent).toEqual([]);
  });

  it("that come together are one read and one write, and the same result", async () => {
    const fixture = await fixtureWith(dialing());
    const [read, save] = [vi.spyOn(fixture.calls, "state"), vi.spyOn(fixture.calls, "save")];
    const [first, ...others] = HISTORY as [ReportEvent, ...ReportEvent[]];
    expect(await reducer(fixture)([first, ...others])).toEqual({
      event: "event.reduced",
      tid: TID,
      type: HISTORY.map(({ type }) => type).join(" "),
      phase: "completed",
      result: "ok",
    });
    expect([read.mock.calls.length, save.mock.calls.length]).toEqual([1, 1]);
    expect(fixture.bus.published).toEqual([COMPLETED]);
  });

  it("are folded into the call as it is, where the first look was behind", async () => {
    const fixture = await fixtureWith(dialing());
    await reduce(fixture, HISTORY.slice(0, -1));
    const behind = vi.spyOn(fixture.calls, "state").mockResolvedValueOnce({ call: dialing(), version: 1 });
    await reduce(fixture, HISTORY.slice(-1));
    expect(behind.mock.calls.map(([, glance]) => glance)).toEqual([{ mayBeBehind: true }, { mayBeBehind: false }]);
    expect(fixture.bus.published).toEqual([COMPLETED]);
  });

  it("are not taken for known before a second look, whatever the first one found", async () => {
    const completed = await fixtureWith(dialing());
    await reduce(completed, HISTORY.slice(0, -1));
    const ahead = (await completed.calls.state(TID)) ?? { call: dialing(), version: 1 };
    const fixture = await fixtureWith(dialing());
    // The last report is in the first look already, as where a read is answered by another replica than the one before.
    vi.spyOn(fixture.calls, "state").mockResolvedValueOnce(ahead);
    await reduce(fixture, [HISTORY[4] as ReportEvent]);
    expect(await fixture.calls.state(TID)).toMatchObject({ version: 2, call: { phase: "answered" } });
  });

  it("are logged one by one", async () => {
    const fixture = await fixtureWith(dialing());
    const logged = await reducer(fixture)([event(3, "call.status", { status: "ringing" })]);
    expect(logged).toEqual({ event: "event.reduced", tid: TID, type: "call.status", phase: "ringing" });
  });

  it("log the result once, for the event that completed the call, however often it comes", async () => {
    const fixture = await fixtureWith(dialing());
    const logged = [];
    for (const event of [...HISTORY, ...HISTORY.slice(-1)]) logged.push(await reducer(fixture)([event]));
    expect(logged.map(({ result }) => result)).toEqual([...Array(5).fill(undefined), "ok", undefined]);
  });

  it("log how often another writer was quicker", async () => {
    const fixture = await fixtureWith(dialing());
    vi.spyOn(fixture.calls, "save")
      .mockRejectedValueOnce(new ConflictError(TID))
      .mockRejectedValueOnce(new ConflictError(TID));
    expect(await reducer(fixture)([HISTORY[1] as ReportEvent])).toMatchObject({ event: "event.reduced", conflicts: 2 });
  });

  it("fail when their call is not on record", async () => {
    await expect(reducer(emptyFixture())([HISTORY[0] as ReportEvent])).rejects.toEqual(new UnknownCallError(TID));
  });
});

describe("an event that is delivered again", () => {
  it("changes and publishes nothing", async () => {
    const fixture = await fixtureWith(dialing());
    await reduce(fixture, HISTORY.slice(0, 3));
    const before = await fixture.calls.state(TID);
    await reduce(fixture, HISTORY.slice(0, 3));
    expect(await fixture.calls.state(TID)).toEqual(before);
    expect(fixture.bus.published).toEqual([]);
  });

  it("announces the result again when it is the one that completed the call, in the same words", async () => {
    const fixture = await fixtureWith(dialing());
    await reduce(fixture, HISTORY);
    fixture.clock.set(at(500));
    await reduce(fixture, HISTORY.slice(-1));
    expect(fixture.bus.published).toEqual([COMPLETED, COMPLETED]);
  });

  it("publishes a result that was saved before a crash", async () => {
    const fixture = await fixtureWith(dialing());
    await reduce(fixture, HISTORY.slice(0, -1));
    vi.spyOn(fixture.bus, "publish").mockRejectedValueOnce(new Error("down"));
    await expect(reduce(fixture, HISTORY.slice(-1))).rejects.toThrow("down");
    await reduce(fixture, HISTORY.slice(-1));
    expect(fixture.bus.published).toEqual([COMPLETED]);
  });

  it("announces nothing when it is another than the one that completed the call", async () => {
    const fixture = await fixtureWith(dialing());
    await reduce(fixture, [...HISTORY, ...HISTORY.slice(0, -1)]);
    expect(fixture.bus.published).toEqual([COMPLETED]);
  });

  it("announces the same result again when it is delivered again, whatever has been reported since", async () => {
    const fixture = await fixtureWith(dialing());
    await reduce(fixture, HISTORY);
    await reduce(fixture, [event(20, "call.digits", { attempt: 3, matched: false, timed_out: true })]);
    await reduce(fixture, HISTORY.slice(-1));
    expect(fixture.bus.published).toEqual([COMPLETED, COMPLETED]);
  });

  it("publishes nothing when it comes late for the first time", async () => {
    const fixture = await fixtureWith(dialing());
    await reduce(fixture, [...HISTORY, event(8, "call.status", { status: "busy" })]);
    expect(fixture.bus.published).toEqual([COMPLETED]);
    expect(await fixture.calls.state(TID)).toMatchObject({
      version: 8,
      call: { outcome: { status: "ok" }, line: { ending: "busy" } },
    });
  });
});

describe("a call that ends without a verdict", () => {
  const ended = event(7, "call.status", { status: "completed", uuid: UUID });
  const settle = { v: 1, type: "settle", id: idOf(1), tid: TID, not_before: at(30) };

  it("waits for digits that are still on their way, for a time that is set", async () => {
    const fixture = await fixtureWith(dialing(), { now: at(10) });
    expect(await reducer(fixture)([ended])).toMatchObject({ phase: "ended" });
    expect(fixture.timers.sent).toEqual([settle]);
    expect(fixture.bus.published).toEqual([]);
  });

  it("sets that time once, also when another writer is quicker", async () => {
    const fixture = await fixtureWith(dialing(), { now: at(10) });
    vi.spyOn(fixture.calls, "save").mockRejectedValueOnce(new ConflictError(TID));
    expect(await reducer(fixture)([ended])).toMatchObject({ phase: "ended" });
    expect(fixture.timers.sent).toEqual([settle]);
  });

  it("sets that time once, whatever comes after", async () => {
    const fixture = await fixtureWith(dialing(), { now: at(10) });
    await reduce(fixture, [ended, event(8, "call.status", { status: "unanswered" }), ended]);
    expect(fixture.timers.sent).toEqual([settle]);
  });

  it("is not saved as ended when that time cannot be set", async () => {
    const fixture = await fixtureWith(dialing(), { now: at(10) });
    vi.spyOn(fixture.timers, "send").mockRejectedValueOnce(new Error("down"));
    await expect(reducer(fixture)([ended])).rejects.toThrow("down");
    expect(await fixture.calls.state(TID)).toEqual({ call: dialing(), version: 1 });
  });

  it("completes with the digits that come", async () => {
    const fixture = await fixtureWith(dialing(), { now: at(10) });
    await reduce(fixture, [ended, event(9, "call.digits", digits(3, false))]);
    expect(fixture.bus.published).toEqual([
      {
        type: "call.completed",
        metadata: { id: `completed_${TID}`, version: 1, tid: TID, application_id: "app", time: at(9) },
        data: { to: MASKED, status: "failed", attempts: 1, uuid: UUID },
      },
    ]);
  });
});

describe("two writers at once", () => {
  it("both have their reports recorded", async () => {
    const fixture = await fixtureWith(dialing());
    await Promise.all([
      reducer(fixture)([event(3, "call.status", { status: "ringing" })]),
      reducer(fixture)([event(2, "call.dialed", { uuid: UUID })]),
    ]);
    expect(await fixture.calls.state(TID)).toEqual({
      version: 3,
      call: after(dialing(), report(2, { type: "dialed", uuid: UUID }), report(3, { type: "leg", status: "ringing" })),
    });
  });

  it("publish one result", async () => {
    const fixture = await fixtureWith(dialing());
    await reduce(fixture, HISTORY.slice(0, -1));
    const other = event(8, "call.status", { status: "completed", uuid: UUID });
    await Promise.all([reducer(fixture)([HISTORY.at(-1) as ReportEvent]), reducer(fixture)([other])]);
    expect(fixture.bus.published.map(({ metadata }) => metadata.id)).toEqual([`completed_${TID}`]);
  });

  it("that conflict too often fail, so that the message is redelivered", async () => {
    const fixture = await fixtureWith(dialing());
    const save = vi.spyOn(fixture.calls, "save").mockRejectedValue(new ConflictError(TID));
    await expect(reducer(fixture)([HISTORY[0] as ReportEvent])).rejects.toEqual(new ConflictError(TID));
    expect(save).toHaveBeenCalledTimes(10);
  });

  it("are not assumed when the table fails otherwise", async () => {
    const fixture = await fixtureWith(dialing());
    const save = vi.spyOn(fixture.calls, "save").mockRejectedValue(new Error("throttled"));
    await expect(reducer(fixture)([HISTORY[0] as ReportEvent])).rejects.toThrow("throttled");
    expect(save).toHaveBeenCalledTimes(1);
  });
});
