import type { Call } from "@promptcall/core/call";
import type { Command } from "@promptcall/core/decide";
import type { StepDeadlinesMessage } from "@promptcall/core/dialing/messages";
import type { DeadlineMessage, DeadlinesMessage } from "@promptcall/core/messages";
import { scriptedCarrier, UUID } from "@promptcall/simulation/twins/scripted-carrier";
import { describe, expect, it, vi } from "vitest";
import { SealError, UnknownCallError } from "../src/errors.ts";
import type { CarrierCall } from "../src/ports/carrier.ts";
import { timers } from "../src/timers/fire.ts";
import { BATCH_ID, batchWorld, OWNER } from "./batch-given.ts";
import { after, at, CREDENTIAL, claim, MASKED, OTHER_TID, queued, report, spec, TID } from "./given.ts";
import { emptyWorld, worldWith } from "./world.ts";

const dialing = () => after(queued(), claim());
const dialed = () => after(dialing(), report(2, { type: "dialed", uuid: UUID }));
const answered = () => after(dialed(), report(3, { type: "line", status: "answered" }));
const ended = () => after(answered(), report(10, { type: "line", status: "completed" }));
const matched = (call: Call) => after(call, report(4, { type: "digits", attempt: 1, matched: true }));

/** The announcement of a result at this second. */
const completed = (second: number, data: object) => ({
  type: "call.completed",
  metadata: { id: `completed_${TID}`, version: 1, tid: TID, application_id: "app", time: at(second) },
  data: { to: MASKED, ...data },
});

describe("the settle timer of a call that ended without a verdict", () => {
  const settle = { v: 1, type: "settle", id: "timer-1", tid: TID, not_before: at(30) } as const;

  it("completes it with what has come in by now", async () => {
    const world = await worldWith(ended(), { now: at(30) });
    expect(await timers(world)(settle)).toEqual({
      event: "timer.settle",
      tid: TID,
      phase: "completed",
      result: "error",
    });
    const result = completed(30, { status: "error", reason: "hung_up", attempts: 0, uuid: UUID });
    expect(world.bus.published).toEqual([result]);
  });

  it("goes round again when it is early", async () => {
    const world = await worldWith(ended(), { now: at(29) });
    expect(await timers(world)(settle)).toEqual({
      event: "timer.settle",
      tid: TID,
      phase: "ended",
      refused: "not_yet",
    });
    expect(world.timers.sent).toEqual([settle]);
    expect(await world.calls.state(TID)).toEqual({ call: ended(), version: 1 });
  });

  it("does nothing to a call that has its result", async () => {
    const call = after(matched(answered()), report(10, { type: "line", status: "completed" }));
    const world = await worldWith(call, { now: at(30) });
    expect(await timers(world)(settle)).toMatchObject({ phase: "completed", refused: "completed" });
    expect([world.bus.published, world.timers.sent]).toEqual([[], []]);
  });

  it("announces the result again when it is delivered again after a crash", async () => {
    const world = await worldWith(ended(), { now: at(30) });
    vi.spyOn(world.bus, "publish").mockRejectedValueOnce(new Error("crash"));
    await expect(timers(world)(settle)).rejects.toThrow("crash");
    world.clock.set(at(99));
    await timers(world)(settle);
    const result = completed(30, { status: "error", reason: "hung_up", attempts: 0, uuid: UUID });
    expect(world.bus.published).toEqual([result]);
  });

  it("leaves it at that when it comes again, and somebody has tried to deliver the result", async () => {
    const world = await worldWith(ended(), { now: at(30) });
    await timers(world)(settle);
    await world.deliveries.add(TID, { attempt: 1, at: at(31), answer: 200, durationMs: 9 }, "delivered");
    expect(await timers(world)(settle)).toEqual({
      event: "timer.settle",
      tid: TID,
      phase: "completed",
      unheard: false,
    });
    expect(world.bus.published).toHaveLength(1);
  });

  it("announces nothing when another timer has completed the call", async () => {
    const world = await worldWith(ended(), { now: at(30) });
    await timers(world)(settle);
    expect(await timers(world)({ ...settle, id: "timer-2" })).toMatchObject({ refused: "completed" });
    expect(world.bus.published).toHaveLength(1);
  });

  it("fails when its call is not on record", async () => {
    await expect(timers(emptyWorld())(settle)).rejects.toEqual(new UnknownCallError(TID));
  });
});

describe("the deadline of a dialed call", () => {
  /** The call at its deadline, and what the carrier knows of it. */
  async function overdue(call: Call, ...known: CarrierCall[]) {
    const world = await worldWith(call, { now: at(391) });
    const carrier = scriptedCarrier({ known });
    const sealed_credential = await world.seal.seal(CREDENTIAL, TID);
    const message: DeadlineMessage = {
      v: 1,
      type: "deadline",
      tid: TID,
      claim: "claim-1",
      sealed_credential,
      not_before: at(391),
    };
    return { ...world, carrier, message };
  }

  /** What is told of the call itself. */
  const toldOf = async (world: Awaited<ReturnType<typeof overdue>>) =>
    [await timers(world)(world.message)].flat().find(({ tid }) => tid === TID);

  it.each<[string, Call, CarrierCall, { status: string } & Record<string, unknown>]>([
    ["its end", matched(answered()), { uuid: UUID, status: "completed" }, { status: "ok", attempts: 1 }],
    [
      "its end, and its cost",
      answered(),
      { uuid: UUID, status: "completed", durationSeconds: 9, price: "0.02" },
      {
        status: "error",
        reason: "hung_up",
        attempts: 0,
        duration_seconds: 9,
        price: "0.02",
      },
    ],
    ["how it ended", dialed(), { uuid: UUID, status: "busy" }, { status: "error", reason: "busy", attempts: 0 }],
    [
      "an end nobody picked up",
      dialed(),
      { uuid: UUID, status: "completed", durationSeconds: 0 },
      {
        status: "error",
        reason: "unanswered",
        attempts: 0,
        duration_seconds: 0,
      },
    ],
    [
      "no end",
      answered(),
      { uuid: UUID, status: "answered" },
      {
        status: "error",
        reason: "no_completion",
        attempts: 0,
      },
    ],
  ])("closes it with what the carrier tells: %s", async (_, call, known, data) => {
    const world = await overdue(call, known);
    expect(await toldOf(world)).toEqual({
      event: "timer.deadline",
      tid: TID,
      phase: "completed",
      result: data.status,
      carrier: known.status,
    });
    expect(world.bus.published).toEqual([completed(391, { uuid: UUID, ...data })]);
    expect(world.carrier.asked).toEqual([{ uuid: UUID, credential: CREDENTIAL }]);
    expect(world.timers.sent).toEqual([]);
  });

  it("closes it without, when the carrier does not tell", async () => {
    const world = await overdue(answered());
    expect(await toldOf(world)).toEqual({
      event: "timer.deadline",
      tid: TID,
      phase: "completed",
      result: "error",
    });
    expect(world.bus.published).toEqual([
      completed(391, { status: "error", reason: "no_completion", attempts: 0, uuid: UUID }),
    ]);
  });

  it("closes it as unknown when it is not known to the carrier by any name", async () => {
    const world = await overdue(dialing());
    await timers(world)(world.message);
    expect(world.bus.published).toEqual([completed(391, { status: "error", reason: "dial_unknown", attempts: 0 })]);
    expect(world.carrier.asked).toEqual([]);
  });

  it("does nothing to a call that was dialed again since", async () => {
    const call = after(queued(), claim(2, "claim-2"));
    const world = await overdue(call, { uuid: UUID, status: "completed" });
    expect(await toldOf(world)).toEqual({ event: "timer.deadline", tid: TID, refused: "superseded" });
    expect(await world.calls.state(TID)).toEqual({ call, version: 1 });
    expect([world.bus.published, world.carrier.asked]).toEqual([[], []]);
  });

  it("makes a call that is queued wait anew: whoever gave it back may have died over it", async () => {
    const world = await overdue(queued());
    expect(await toldOf(world)).toEqual({ event: "dial.waits", tid: TID });
    expect(await world.waiting.list("app:app", 10)).toMatchObject([{ tid: TID, notBeforeMs: Date.parse(at(391)) }]);
    expect(await world.loops.read("app:app")).toMatchObject({ dueMs: Date.parse(at(391)), arrivals: 1 });
  });

  it("ends a call that is queued and too late", async () => {
    const world = await overdue(queued());
    world.hold({ spec: spec({ expiresAt: at(390) }), call: queued() });
    await timers(world)(world.message);
    expect(world.bus.published).toMatchObject([{ type: "call.completed", data: { reason: "expired" } }]);
  });

  it("announces the result again when it is delivered again after a crash, without asking again", async () => {
    const world = await overdue(answered(), { uuid: UUID, status: "completed" });
    vi.spyOn(world.bus, "publish").mockRejectedValueOnce(new Error("crash"));
    await expect(timers(world)(world.message)).rejects.toThrow("crash");
    world.clock.set(at(999));
    await timers(world)(world.message);
    expect(world.bus.published).toEqual([
      completed(391, { status: "error", reason: "hung_up", attempts: 0, uuid: UUID }),
    ]);
    expect(world.carrier.asked).toHaveLength(1);
  });

  const withResult = () => after(matched(answered()), report(10, { type: "line", status: "completed" }));

  it("does nothing to a call whose result is on its way", async () => {
    const world = await overdue(withResult());
    await world.deliveries.add(TID, { attempt: 1, at: at(11), answer: 503, durationMs: 9 }, "pending");
    expect(await timers(world)(world.message)).toEqual([{ event: "timer.deadline", tid: TID, calls: 1, heard: 1 }]);
    expect(await world.calls.state(TID)).toEqual({ call: withResult(), version: 1 });
    expect([world.bus.published, world.carrier.asked]).toEqual([[], []]);
  });

  it("announces a result that nobody has tried to deliver: who found it died before telling", async () => {
    const world = await overdue(withResult());
    expect(await toldOf(world)).toMatchObject({ unheard: true });
    expect(world.bus.published).toEqual([completed(10, { status: "ok", attempts: 1, uuid: UUID })]);
    expect(await world.calls.state(TID)).toEqual({ call: withResult(), version: 1 });
  });

  it("leaves the verdict to digits that came in while the carrier was asked", async () => {
    const world = await overdue(answered());
    vi.spyOn(world.carrier, "findCall").mockImplementation(async () => {
      await world.calls.save({ call: matched(answered()), version: 1 });
      return { uuid: UUID, status: "completed" };
    });
    await timers(world)(world.message);
    expect(world.bus.published).toEqual([completed(391, { status: "ok", attempts: 1, uuid: UUID })]);
  });

  it("fails when its credential was sealed for another call, and leaves the call to the dead letters", async () => {
    const world = await overdue(answered());
    const sealed_credential = await world.seal.seal(CREDENTIAL, OTHER_TID);
    await expect(timers(world)({ ...world.message, sealed_credential })).rejects.toThrow(SealError);
    expect(await world.calls.state(TID)).toEqual({ call: answered(), version: 1 });
  });

  it("fails when its call is not on record", async () => {
    const { message } = await overdue(answered());
    await expect(timers(emptyWorld())(message)).rejects.toEqual(new UnknownCallError(TID));
  });
});

describe("the deadline of calls that were dialed together", () => {
  /** Three calls of a batch: one with its result delivered, one completed that nobody heard of, one that never ended. */
  async function overdueStep() {
    const world = await batchWorld({ count: 3 });
    const [heard, unheard, live] = world.tids as [string, string, string];
    const before = async (tid: string, ...commands: Command[]) => {
      const stored = await world.calls.state(tid);
      if (stored === undefined) throw new UnknownCallError(tid);
      await world.calls.save({ ...stored, call: after(stored.call, claim(), ...commands) });
    };
    const over = [
      report(2, { type: "digits", attempt: 1, matched: true }),
      report(3, { type: "line", status: "completed", uuid: UUID }),
    ];
    await before(heard, ...over);
    await world.deliveries.add(heard, { attempt: 1, at: at(4), answer: 200, durationMs: 9 }, "delivered");
    await before(unheard, ...over);
    await before(live, report(2, { type: "dialed", uuid: UUID }));
    const carrier = scriptedCarrier({ known: [{ uuid: UUID, status: "busy" }] });
    const message = deadlines({ sealed_credential: world.sealedCredential });
    world.clock.set(at(391));
    return { ...world, carrier, message, unheard, live };
  }

  const deadlines = (of: { sealed_credential: string; indices?: number[]; claim?: string }): StepDeadlinesMessage => {
    const { sealed_credential, indices = [0, 1, 2], claim = "claim-1" } = of;
    const batches = [{ batch_id: BATCH_ID, indices, sealed_credential }];
    return { v: 1, type: "step_deadlines", owner: OWNER, claim, not_before: at(391), singles: [], batches };
  };
  const only = ({ sealedCredential }: { sealedCredential: string }, index: number, claim?: string) =>
    deadlines({ sealed_credential: sealedCredential, indices: [index], ...(claim !== undefined && { claim }) });

  it("closes each that is open with what the carrier tells, and announces what nobody has heard of", async () => {
    const world = await overdueStep();
    const { unheard, live } = world;
    expect(await timers(world)(world.message)).toEqual([
      { event: "timer.deadline", calls: 3, heard: 1 },
      { event: "timer.deadline", tid: unheard, phase: "completed", unheard: true },
      { event: "timer.deadline", tid: live, phase: "completed", result: "error", carrier: "busy" },
    ]);
    expect(world.carrier.asked).toEqual([{ uuid: UUID, credential: CREDENTIAL }]);
    expect(world.bus.published.map(({ metadata, data }) => [metadata.tid, "status" in data && data.status])).toEqual([
      [unheard, "ok"],
      [live, "error"],
    ]);
  });

  /** Takes all the room there is for so long. */
  const fill = async ({ room, clock }: Awaited<ReturnType<typeof overdueStep>>, seconds: number) => {
    const untilMs = clock.now().getTime() + seconds * 1_000;
    for (let at: number | undefined = 0; at !== undefined; ) at = await room.take(OWNER, untilMs);
  };

  it("has those wait that the carrier has no room for to be asked about, and closes the others", async () => {
    const world = await overdueStep();
    await fill(world, 60);
    expect(await timers(world)(world.message)).toEqual([
      { event: "timer.deadline", calls: 3, heard: 1 },
      { event: "timer.deadline", tid: world.unheard, phase: "completed", unheard: true },
      { event: "timer.deadline", tid: world.live, no_room: true },
    ]);
    expect(world.carrier.asked).toEqual([]);
    const [again, ...more] = world.timers.sent;
    expect([again, more]).toEqual([{ ...only(world, 2), waited_since: at(391), not_before: expect.any(String) }, []]);
    const { not_before } = again as StepDeadlinesMessage;
    expect(not_before >= at(393) && not_before <= at(399)).toBe(true);

    world.clock.set(at(452));
    await timers(world)(again as StepDeadlinesMessage);
    expect(world.carrier.asked).toEqual([{ uuid: UUID, credential: CREDENTIAL }]);
    expect((await world.calls.state(world.live))?.call).toMatchObject({ phase: "completed" });
  });

  it("closes those without asking for which it has had no room for two minutes", async () => {
    const world = await overdueStep();
    world.clock.set(at(512));
    await fill(world, 60);
    await timers(world)({ ...only(world, 2), waited_since: at(391) });
    expect(world.carrier.asked).toEqual([]);
    expect(world.bus.published).toMatchObject([{ type: "call.completed", metadata: { tid: world.live } }]);
  });

  it("reads no more of those whose results were heard of than that", async () => {
    const world = await overdueStep();
    const read = vi.spyOn(world.calls, "state");
    await timers(world)(only(world, 0));
    expect(read).not.toHaveBeenCalled();
  });

  it("leaves alone what was dialed again under another claim", async () => {
    const world = await overdueStep();
    const told = await timers(world)(only(world, 2, "claim-0"));
    expect(told).toEqual([
      { event: "timer.deadline", calls: 1, heard: 0 },
      { event: "timer.deadline", tid: world.live, refused: "superseded" },
    ]);
    expect(world.bus.published).toEqual([]);
  });

  it("closes the others when one of them cannot be closed, and goes on for that one alone", async () => {
    const world = await overdueStep();
    const { unheard, live, message } = world;
    vi.spyOn(world.bus, "publish").mockRejectedValueOnce(new UnknownCallError(unheard));
    expect(await timers(world)(message)).toEqual([
      { event: "timer.deadline", calls: 3, heard: 1 },
      { event: "timer.deadline", tid: unheard, again: "UnknownCallError" },
      { event: "timer.deadline", tid: live, phase: "completed", result: "error", carrier: "busy" },
    ]);
    expect(world.timers.sent).toEqual([only(world, 1)]);

    await timers(world)(only(world, 1));
    expect(world.bus.published.map(({ metadata }) => metadata.tid)).toEqual([live, unheard]);
  });

  it("fails for one that is alone, and for all when those that failed cannot be sent on", async () => {
    const world = await overdueStep();
    vi.spyOn(world.bus, "publish").mockRejectedValue(new Error("down"));
    await expect(timers(world)(only(world, 1))).rejects.toThrow("down");
    vi.spyOn(world.timers, "send").mockRejectedValue(new Error("no queue"));
    await expect(timers(world)(world.message)).rejects.toThrow("no queue");
    expect((await world.calls.state(world.live))?.call.phase).toBe("completed");
  });

  it("are those of calls of a batch from before there were loops, as well", async () => {
    const world = await overdueStep();
    const calls = { batch_id: BATCH_ID, next: 0, until: 3, sealed_credential: world.sealedCredential };
    const old: DeadlinesMessage = { v: 1, type: "deadlines", ...calls, claim: "claim-1", not_before: at(391) };
    expect(await timers(world)(old)).toEqual(await timers(await overdueStep())(world.message));
  });
});
