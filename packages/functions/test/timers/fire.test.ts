import type { Call } from "@promptcall/core/call/call";
import type { Command } from "@promptcall/core/call/decide";
import type { StepDeadlinesMessage } from "@promptcall/core/contracts/dialing-messages";
import type { DeadlineMessage, DeadlinesMessage } from "@promptcall/core/contracts/messages";
import { describe, expect, it, vi } from "vitest";
import { SealError, UnknownCallError } from "../../src/errors.ts";
import type { CarrierCall } from "../../src/ports/carrier.ts";
import { timers } from "../../src/timers/fire.ts";
import { scriptedCarrier, UUID } from "../../testing/scripted-carrier.ts";
import { BATCH_ID, batchFixture, OWNER } from "../batch-given.ts";
import { emptyFixture, fixtureWith } from "../fixture.ts";
import { after, at, CREDENTIAL, claim, MASKED, OTHER_TID, queued, report, spec, TID } from "../given.ts";

const dialing = () => after(queued(), claim());
const dialed = () => after(dialing(), report(2, { type: "dialed", uuid: UUID }));
const answered = () => after(dialed(), report(3, { type: "leg", status: "answered" }));
const ended = () => after(answered(), report(10, { type: "leg", status: "completed" }));
const matched = (call: Call) => after(call, report(4, { type: "digits", attempt: 1, matched: true }));

/** The announcement of a result at this second. */
const completed = (second: number, data: object) => ({
  type: "call.completed",
  metadata: { id: `completed_${TID}`, version: 1, tid: TID, application_id: "app", time: at(second) },
  data: { to: MASKED, ...data },
});

describe("the settle timer of a call that ended without a verdict", () => {
  const settle = { v: 1, type: "settle", id: "timer-1", tid: TID, not_before: at(30) } as const;

  it("completes it with what is known by now", async () => {
    const fixture = await fixtureWith(ended(), { now: at(30) });
    expect(await timers(fixture)(settle)).toEqual({
      event: "timer.settle",
      tid: TID,
      phase: "completed",
      result: "error",
    });
    const result = completed(30, { status: "error", reason: "hung_up", attempts: 0, uuid: UUID });
    expect(fixture.bus.published).toEqual([result]);
  });

  it("is set again when it is early", async () => {
    const fixture = await fixtureWith(ended(), { now: at(29) });
    expect(await timers(fixture)(settle)).toEqual({
      event: "timer.settle",
      tid: TID,
      phase: "ended",
      refused: "not_yet",
    });
    expect(fixture.timers.sent).toEqual([settle]);
    expect(await fixture.calls.state(TID)).toEqual({ call: ended(), version: 1 });
  });

  it("does nothing to a completed call", async () => {
    const call = after(matched(answered()), report(10, { type: "leg", status: "completed" }));
    const fixture = await fixtureWith(call, { now: at(30) });
    expect(await timers(fixture)(settle)).toMatchObject({ phase: "completed", refused: "completed" });
    expect([fixture.bus.published, fixture.timers.sent]).toEqual([[], []]);
  });

  it("publishes the result again when it is delivered again after a crash", async () => {
    const fixture = await fixtureWith(ended(), { now: at(30) });
    vi.spyOn(fixture.bus, "publish").mockRejectedValueOnce(new Error("crash"));
    await expect(timers(fixture)(settle)).rejects.toThrow("crash");
    fixture.clock.set(at(99));
    await timers(fixture)(settle);
    const result = completed(30, { status: "error", reason: "hung_up", attempts: 0, uuid: UUID });
    expect(fixture.bus.published).toEqual([result]);
  });

  it("publishes nothing when the result has a delivery attempt", async () => {
    const fixture = await fixtureWith(ended(), { now: at(30) });
    await timers(fixture)(settle);
    await fixture.deliveries.add(TID, { attempt: 1, at: at(31), answer: 200, durationMs: 9 }, "delivered");
    expect(await timers(fixture)(settle)).toEqual({
      event: "timer.settle",
      tid: TID,
      phase: "completed",
      republished: false,
    });
    expect(fixture.bus.published).toHaveLength(1);
  });

  it("publishes nothing when another timer completed the call", async () => {
    const fixture = await fixtureWith(ended(), { now: at(30) });
    await timers(fixture)(settle);
    expect(await timers(fixture)({ ...settle, id: "timer-2" })).toMatchObject({ refused: "completed" });
    expect(fixture.bus.published).toHaveLength(1);
  });

  it("fails when its call is not on record", async () => {
    await expect(timers(emptyFixture())(settle)).rejects.toEqual(new UnknownCallError(TID));
  });
});

describe("the deadline of a dialed call", () => {
  /** The call at its deadline, and what the carrier knows of it. */
  async function overdue(call: Call, ...known: CarrierCall[]) {
    const fixture = await fixtureWith(call, { now: at(391) });
    const carrier = scriptedCarrier({ known });
    const sealed_credential = await fixture.seal.seal(CREDENTIAL, TID);
    const message: DeadlineMessage = {
      v: 1,
      type: "deadline",
      tid: TID,
      claim: "claim-1",
      sealed_credential,
      not_before: at(391),
    };
    return { ...fixture, carrier, message };
  }

  /** What is logged of the call itself. */
  const recordsOf = async (fixture: Awaited<ReturnType<typeof overdue>>) =>
    [await timers(fixture)(fixture.message)].flat().find(({ tid }) => tid === TID);

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
    const fixture = await overdue(call, known);
    expect(await recordsOf(fixture)).toEqual({
      event: "timer.deadline",
      tid: TID,
      phase: "completed",
      result: data.status,
      carrier: known.status,
    });
    expect(fixture.bus.published).toEqual([completed(391, { uuid: UUID, ...data })]);
    expect(fixture.carrier.asked).toEqual([{ uuid: UUID, credential: CREDENTIAL }]);
    expect(fixture.timers.sent).toEqual([]);
  });

  it("closes it without the carrier's status when the look-up fails", async () => {
    const fixture = await overdue(answered());
    expect(await recordsOf(fixture)).toEqual({
      event: "timer.deadline",
      tid: TID,
      phase: "completed",
      result: "error",
    });
    expect(fixture.bus.published).toEqual([
      completed(391, { status: "error", reason: "no_completion", attempts: 0, uuid: UUID }),
    ]);
  });

  it("closes it as dial_unknown without a carrier id", async () => {
    const fixture = await overdue(dialing());
    await timers(fixture)(fixture.message);
    expect(fixture.bus.published).toEqual([completed(391, { status: "error", reason: "dial_unknown", attempts: 0 })]);
    expect(fixture.carrier.asked).toEqual([]);
  });

  it("does nothing to a call that was dialed again since", async () => {
    const call = after(queued(), claim(2, "claim-2"));
    const fixture = await overdue(call, { uuid: UUID, status: "completed" });
    expect(await recordsOf(fixture)).toEqual({ event: "timer.deadline", tid: TID, refused: "superseded" });
    expect(await fixture.calls.state(TID)).toEqual({ call, version: 1 });
    expect([fixture.bus.published, fixture.carrier.asked]).toEqual([[], []]);
  });

  it("makes a queued call wait again, after a crash while it was given back", async () => {
    const fixture = await overdue(queued());
    expect(await recordsOf(fixture)).toEqual({ event: "dial.waits", tid: TID });
    expect(await fixture.waiting.list("app:app", { limit: 10 })).toMatchObject([
      { tid: TID, notBeforeMs: Date.parse(at(391)) },
    ]);
    expect(await fixture.loops.read("app:app")).toMatchObject({ dueMs: Date.parse(at(391)), arrivals: 1 });
  });

  it("ends an expired queued call", async () => {
    const fixture = await overdue(queued());
    fixture.hold({ spec: spec({ expiresAt: at(390) }), call: queued() });
    await timers(fixture)(fixture.message);
    expect(fixture.bus.published).toMatchObject([{ type: "call.completed", data: { reason: "expired" } }]);
  });

  it("publishes the result again after a crash, without a second look-up", async () => {
    const fixture = await overdue(answered(), { uuid: UUID, status: "completed" });
    vi.spyOn(fixture.bus, "publish").mockRejectedValueOnce(new Error("crash"));
    await expect(timers(fixture)(fixture.message)).rejects.toThrow("crash");
    fixture.clock.set(at(999));
    await timers(fixture)(fixture.message);
    expect(fixture.bus.published).toEqual([
      completed(391, { status: "error", reason: "hung_up", attempts: 0, uuid: UUID }),
    ]);
    expect(fixture.carrier.asked).toHaveLength(1);
  });

  const withResult = () => after(matched(answered()), report(10, { type: "leg", status: "completed" }));

  it("does nothing to a call whose result has a delivery attempt", async () => {
    const fixture = await overdue(withResult());
    await fixture.deliveries.add(TID, { attempt: 1, at: at(11), answer: 503, durationMs: 9 }, "pending");
    expect(await timers(fixture)(fixture.message)).toEqual([
      { event: "timer.deadline", tid: TID, calls: 1, delivery_attempted: 1 },
    ]);
    expect(await fixture.calls.state(TID)).toEqual({ call: withResult(), version: 1 });
    expect([fixture.bus.published, fixture.carrier.asked]).toEqual([[], []]);
  });

  it("publishes a result without a delivery attempt again", async () => {
    const fixture = await overdue(withResult());
    expect(await recordsOf(fixture)).toMatchObject({ republished: true });
    expect(fixture.bus.published).toEqual([completed(10, { status: "ok", attempts: 1, uuid: UUID })]);
    expect(await fixture.calls.state(TID)).toEqual({ call: withResult(), version: 1 });
  });

  it("uses digits that arrived during the look-up", async () => {
    const fixture = await overdue(answered());
    vi.spyOn(fixture.carrier, "findCall").mockImplementation(async () => {
      await fixture.calls.save({ call: matched(answered()), version: 1 });
      return { uuid: UUID, status: "completed" };
    });
    await timers(fixture)(fixture.message);
    expect(fixture.bus.published).toEqual([completed(391, { status: "ok", attempts: 1, uuid: UUID })]);
  });

  it("fails when its credential was sealed for another call, and leaves the call to the dead letters", async () => {
    const fixture = await overdue(answered());
    const sealed_credential = await fixture.seal.seal(CREDENTIAL, OTHER_TID);
    await expect(timers(fixture)({ ...fixture.message, sealed_credential })).rejects.toThrow(SealError);
    expect(await fixture.calls.state(TID)).toEqual({ call: answered(), version: 1 });
  });

  it("fails when its call is not on record", async () => {
    const { message } = await overdue(answered());
    await expect(timers(emptyFixture())(message)).rejects.toEqual(new UnknownCallError(TID));
  });
});

describe("the deadline of calls that were dialed together", () => {
  /** Three calls of a batch: one with its result delivered, one completed whose result nobody was sent, one that never ended. */
  async function overdueStep() {
    const fixture = await batchFixture({ count: 3 });
    const [reported, undelivered, live] = fixture.tids as [string, string, string];
    const before = async (tid: string, ...commands: Command[]) => {
      const stored = await fixture.calls.state(tid);
      if (stored === undefined) throw new UnknownCallError(tid);
      await fixture.calls.save({ ...stored, call: after(stored.call, claim(), ...commands) });
    };
    const over = [
      report(2, { type: "digits", attempt: 1, matched: true }),
      report(3, { type: "leg", status: "completed", uuid: UUID }),
    ];
    await before(reported, ...over);
    await fixture.deliveries.add(reported, { attempt: 1, at: at(4), answer: 200, durationMs: 9 }, "delivered");
    await before(undelivered, ...over);
    await before(live, report(2, { type: "dialed", uuid: UUID }));
    const carrier = scriptedCarrier({ known: [{ uuid: UUID, status: "busy" }] });
    const message = deadlines({ sealed_credential: fixture.sealedCredential });
    fixture.clock.set(at(391));
    return { ...fixture, carrier, message, undelivered, live };
  }

  const deadlines = (of: { sealed_credential: string; indices?: number[]; claim?: string }): StepDeadlinesMessage => {
    const { sealed_credential, indices = [0, 1, 2], claim = "claim-1" } = of;
    const batches = [{ batch_id: BATCH_ID, indices, sealed_credential }];
    return { v: 1, type: "step_deadlines", owner: OWNER, claim, not_before: at(391), singles: [], batches };
  };
  const only = ({ sealedCredential }: { sealedCredential: string }, index: number, claim?: string) =>
    deadlines({ sealed_credential: sealedCredential, indices: [index], ...(claim !== undefined && { claim }) });

  it("closes open calls with the carrier's status, and publishes results without a delivery attempt", async () => {
    const fixture = await overdueStep();
    const { undelivered, live } = fixture;
    expect(await timers(fixture)(fixture.message)).toEqual([
      { event: "timer.deadline", calls: 3, delivery_attempted: 1 },
      { event: "timer.deadline", tid: undelivered, phase: "completed", republished: true },
      { event: "timer.deadline", tid: live, phase: "completed", result: "error", carrier: "busy" },
    ]);
    expect(fixture.carrier.asked).toEqual([{ uuid: UUID, credential: CREDENTIAL }]);
    expect(fixture.bus.published.map(({ metadata, data }) => [metadata.tid, "status" in data && data.status])).toEqual([
      [undelivered, "ok"],
      [live, "error"],
    ]);
  });

  /** Takes all the room there is for so long. */
  const fill = async ({ rate, clock }: Awaited<ReturnType<typeof overdueStep>>, seconds: number) => {
    const untilMs = clock.now().getTime() + seconds * 1_000;
    for (let at: number | undefined = 0; at !== undefined; ) at = await rate.reserve(OWNER, untilMs);
  };

  it("has those wait that the carrier has no room for to be asked about, and closes the others", async () => {
    const fixture = await overdueStep();
    await fill(fixture, 60);
    expect(await timers(fixture)(fixture.message)).toEqual([
      { event: "timer.deadline", calls: 3, delivery_attempted: 1 },
      { event: "timer.deadline", tid: fixture.undelivered, phase: "completed", republished: true },
      { event: "timer.deadline", tid: fixture.live, no_room: true },
    ]);
    expect(fixture.carrier.asked).toEqual([]);
    const [again, ...more] = fixture.timers.sent;
    expect([again, more]).toEqual([{ ...only(fixture, 2), waited_since: at(391), not_before: expect.any(String) }, []]);
    const { not_before } = again as StepDeadlinesMessage;
    expect(not_before >= at(393) && not_before <= at(399)).toBe(true);

    fixture.clock.set(at(452));
    await timers(fixture)(again as StepDeadlinesMessage);
    expect(fixture.carrier.asked).toEqual([{ uuid: UUID, credential: CREDENTIAL }]);
    expect((await fixture.calls.state(fixture.live))?.call).toMatchObject({ phase: "completed" });
  });

  it("closes those without asking for which it has had no room for two minutes", async () => {
    const fixture = await overdueStep();
    fixture.clock.set(at(512));
    await fill(fixture, 60);
    await timers(fixture)({ ...only(fixture, 2), waited_since: at(391) });
    expect(fixture.carrier.asked).toEqual([]);
    expect(fixture.bus.published).toMatchObject([{ type: "call.completed", metadata: { tid: fixture.live } }]);
  });

  it("reads only the delivery record of calls with an attempt", async () => {
    const fixture = await overdueStep();
    const read = vi.spyOn(fixture.calls, "state");
    await timers(fixture)(only(fixture, 0));
    expect(read).not.toHaveBeenCalled();
  });

  it("leaves alone what was dialed again under another claim", async () => {
    const fixture = await overdueStep();
    const logged = await timers(fixture)(only(fixture, 2, "claim-0"));
    expect(logged).toEqual([
      { event: "timer.deadline", calls: 1, delivery_attempted: 0 },
      { event: "timer.deadline", tid: fixture.live, refused: "superseded" },
    ]);
    expect(fixture.bus.published).toEqual([]);
  });

  it("closes the other calls when one fails, and sends that one on alone", async () => {
    const fixture = await overdueStep();
    const { undelivered, live, message } = fixture;
    vi.spyOn(fixture.bus, "publish").mockRejectedValueOnce(new UnknownCallError(undelivered));
    expect(await timers(fixture)(message)).toEqual([
      { event: "timer.deadline", calls: 3, delivery_attempted: 1 },
      { event: "timer.deadline", tid: undelivered, again: "UnknownCallError" },
      { event: "timer.deadline", tid: live, phase: "completed", result: "error", carrier: "busy" },
    ]);
    expect(fixture.timers.sent).toEqual([only(fixture, 1)]);

    await timers(fixture)(only(fixture, 1));
    expect(fixture.bus.published.map(({ metadata }) => metadata.tid)).toEqual([live, undelivered]);
  });

  it("fails when a call is alone, or when failed calls cannot be sent on", async () => {
    const fixture = await overdueStep();
    vi.spyOn(fixture.bus, "publish").mockRejectedValue(new Error("down"));
    await expect(timers(fixture)(only(fixture, 1))).rejects.toThrow("down");
    vi.spyOn(fixture.timers, "send").mockRejectedValue(new Error("no queue"));
    await expect(timers(fixture)(fixture.message)).rejects.toThrow("no queue");
    expect((await fixture.calls.state(fixture.live))?.call.phase).toBe("completed");
  });

  it("also handles messages from before there were loops", async () => {
    const fixture = await overdueStep();
    const calls = { batch_id: BATCH_ID, next: 0, until: 3, sealed_credential: fixture.sealedCredential };
    const old: DeadlinesMessage = { v: 1, type: "deadlines", ...calls, claim: "claim-1", not_before: at(391) };
    expect(await timers(fixture)(old)).toEqual(await timers(await overdueStep())(fixture.message));
  });
});
