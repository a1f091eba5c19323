import type { DialBatchMessage } from "@promptcall/core/contracts/messages";
import { describe, expect, it, vi } from "vitest";
import { DeadDialSchema, dialDeadLetters } from "../../src/dead-letters/dial.ts";
import { DeadTimerSchema, timerDeadLetters } from "../../src/dead-letters/timers.ts";
import { dialer } from "../../src/dialer/dial.ts";
import { MalformedRecordError, NotYetError, UnknownCallError } from "../../src/errors.ts";
import { timers } from "../../src/timers/fire.ts";
import { BATCH_ID, batchFixture, OWNER, SWEEP, tidsOf } from "../batch-given.ts";
import { at } from "../given.ts";

type BatchFixture = Awaited<ReturnType<typeof batchFixture>>;

const applyCommand = async (message: unknown, fixture: BatchFixture) =>
  [await dialDeadLetters(fixture)(DeadDialSchema.parse(message))].flat();
const handled = (tids: readonly string[], type: string) =>
  tids.map((tid) => ({ event: "dead_letter.handled", tid, type, phase: "completed", result: "error" }));
const phases = async ({ calls, tids }: BatchFixture) =>
  [...(await calls.find(tids)).values()].map(({ stored }) => stored.call.phase);
const completed = ({ bus }: BatchFixture) =>
  bus.published.map(({ type, metadata: { tid }, data }) => [type, tid, "reason" in data && data.reason]);
const refused = (tids: readonly string[]) => tids.map((tid) => ["call.completed", tid, "dial_refused"]);

/** What is left of a message that cannot be read. */
const remains = { v: 0, batch_id: BATCH_ID, next: 2, end: 25, poisoned: true };

/** What it was before there were loops. */
const old = ({ sealedCredential }: BatchFixture): DialBatchMessage => ({
  v: 1,
  type: "dial_batch",
  batch_id: BATCH_ID,
  application_id: "app",
  next: 3,
  until: 6,
  end: 10,
  lanes: 1,
  sealed_credential: sealedCredential,
});

describe("a dead message of a loop", () => {
  const ticks = ({ dial }: BatchFixture) => dial.sent.flatMap((sent) => (sent.type === "tick" ? [sent.n] : []));

  it("sends the loop's next tick again, with a watchdog", async () => {
    const fixture = await batchFixture({ loop: { step: 12 } });
    expect(await applyCommand({ ...fixture.message, n: 3 }, fixture)).toEqual([
      { event: "dead_letter.handled", type: "tick" },
    ]);
    expect(ticks(fixture)).toEqual([12, 11]);
  });

  it("sends the next tick again when it cannot be read", async () => {
    const fixture = await batchFixture({ loop: { step: 12 } });
    const { owner, n } = fixture.message;
    await applyCommand({ v: 0, owner, n, poisoned: true }, fixture);
    expect(ticks(fixture)).toEqual([12, 11]);
  });

  it("does nothing when the loop is at rest", async () => {
    const fixture = await batchFixture();
    await applyCommand({ ...fixture.message, owner: "app:another" }, fixture);
    expect(fixture.dial.sent).toEqual([]);
  });

  it("that is a part of a step does nothing, since its calls are still queued", async () => {
    const fixture = await batchFixture();
    const part = { v: 1, type: "part", owner: OWNER, at: at(0), singles: [], batches: [] };
    expect(await applyCommand(part, fixture)).toEqual([{ event: "dead_letter.ignored", type: "part" }]);
    expect([fixture.dial.sent, completed(fixture)]).toEqual([[], []]);
  });

  it("from before there were loops puts its batch into a loop", async () => {
    const fixture = await batchFixture({ loop: { batches: {} } });
    expect(await applyCommand(old(fixture), fixture)).toMatchObject([
      { event: "dial.waits", batch_id: BATCH_ID, calls: 7 },
    ]);
    expect((await fixture.loops.read(OWNER)).batches[BATCH_ID]).toMatchObject({ from: 3, count: 10 });
    expect(completed(fixture)).toEqual([]);
  });

  it("has it wait in one also where the progress of its last call cannot be read", async () => {
    const fixture = await batchFixture({ loop: { batches: {} } });
    vi.spyOn(fixture.calls, "find").mockRejectedValue(new MalformedRecordError("it has another form than expected"));
    expect(await applyCommand(old(fixture), fixture)).toMatchObject([
      { event: "dial.waits", batch_id: BATCH_ID, calls: 7 },
    ]);
    expect((await fixture.loops.read(OWNER)).batches[BATCH_ID]).toMatchObject({ from: 3, count: 10 });
  });
});

describe("a dead message of a batch that is over", () => {
  it("does not come into a loop: its sweep was sent before it was over", async () => {
    const fixture = await batchFixture({ loop: { batches: {} } });
    await fixture.batches.end(BATCH_ID, "cancelled");
    expect(await applyCommand(old(fixture), fixture)).toEqual([
      { event: "batch.over", batch_id: BATCH_ID, reason: "cancelled" },
    ]);
    expect([fixture.timers.sent, (await fixture.loops.read(OWNER)).batches]).toEqual([[], {}]);
  });
});

describe("a dead batch that cannot be read", () => {
  it("completes all calls of the range that it still names", async () => {
    const fixture = await batchFixture({ count: 25 });
    expect(await applyCommand(remains, fixture)).toEqual(handled(tidsOf(2, 25), "unreadable_batch"));
    expect(completed(fixture)).toEqual(refused(tidsOf(2, 25)));
    expect(await phases(fixture)).toEqual([...new Array(2).fill("queued"), ...new Array(23).fill("completed")]);
    expect(fixture.dial.sent).toEqual([]);
  });

  it("is counted when its calls are given up: no loop has had it, whose last step would send for that", async () => {
    const fixture = await batchFixture({ count: 25 });
    await applyCommand(remains, fixture);
    const counts = fixture.timers.sent.filter(({ type }) => type === "count_batch");
    expect(counts).toMatchObject([{ batch_id: BATCH_ID, looks: 0 }]);
  });

  it("continues at its checkpoint when it is delivered again", async () => {
    const fixture = await batchFixture({ count: 25 });
    const { publish } = fixture.bus;
    let published = 0;
    const publishing = vi.spyOn(fixture.bus, "publish").mockImplementation(async (events) => {
      published += 1;
      if (published > 15) throw new Error("throttled");
      await publish(events);
    });
    await expect(applyCommand(remains, fixture)).rejects.toThrow("throttled");
    expect(completed(fixture)).toHaveLength(15);
    publishing.mockImplementation(publish);
    expect((await applyCommand(remains, fixture)).map(({ tid }) => tid)).toEqual(tidsOf(17, 25));
    expect(new Set(completed(fixture).map(([, tid]) => tid))).toEqual(new Set(tidsOf(2, 25)));
  });

  it.each([{ batch_id: BATCH_ID }, { batch_id: BATCH_ID, next: 1 }, { batch_id: "batch", next: 1, end: 2 }])(
    "and does not say which calls is not one: %j",
    (message) => expect(DeadDialSchema.safeParse(message).success).toBe(false),
  );
});

describe("a dead sweep that cannot be read", () => {
  const sweep = { v: 0, owner: OWNER, batch_id: BATCH_ID, next: 0, poisoned: true };
  const dead = (fixture: BatchFixture) => timerDeadLetters(fixture)(DeadTimerSchema.parse(sweep));

  it("waits until its batch expires when nothing else ended it: a step whose clock was ahead has sent it", async () => {
    const fixture = await batchFixture({ count: 2 });
    await expect(dead(fixture)).rejects.toThrow(new NotYetError(at(3_600)));
    expect(await phases(fixture)).toEqual(["queued", "queued"]);
    fixture.clock.set(at(3_601));
    await dead(fixture);
    expect(await phases(fixture)).toEqual(["completed", "completed"]);
  });
});

describe("a dead batch that waits for its time", () => {
  const not_before = at(41 * 3_600);

  it("goes back to its queue until it is due", async () => {
    const fixture = await batchFixture();
    const message = { ...old(fixture), not_before };
    expect(await applyCommand(message, fixture)).toEqual([{ event: "message.early", hops: 1, copy: false }]);
    expect(fixture.dial.sent).toEqual([{ ...message, hops: 1 }]);
    expect(completed(fixture)).toEqual([]);
  });

  it("stays among the dead letters until it is due, when it cannot be read", async () => {
    const fixture = await batchFixture({ count: 25 });
    await expect(applyCommand({ ...remains, not_before }, fixture)).rejects.toBeInstanceOf(NotYetError);
    expect(completed(fixture)).toEqual([]);
  });
});

describe("a call of a dead step that cannot be given up", () => {
  it("does not stop the others, and is tried again", async () => {
    const fixture = await batchFixture({ count: 25 });
    const [poisoned = "", ...others] = tidsOf(2, 25);
    const { state } = fixture.calls;
    const reading = vi.spyOn(fixture.calls, "state").mockImplementation(async (tid) => {
      if (tid === poisoned) throw new UnknownCallError(tid);
      return await state(tid);
    });
    await expect(applyCommand(remains, fixture)).rejects.toEqual(new UnknownCallError(poisoned));
    expect(completed(fixture)).toEqual(refused(others));
    reading.mockImplementation(state);
    await applyCommand(remains, fixture);
    expect(completed(fixture)).toContainEqual(["call.completed", poisoned, "dial_refused"]);
  });
});

describe("a dead cancellation of a batch", () => {
  const cancel = { v: 1, type: "cancel_batch", id: "c", batch_id: BATCH_ID, next: 0, end: 25, not_before: at(0) };
  const dead = async (message: unknown, fixture: BatchFixture) =>
    await timerDeadLetters(fixture)(DeadTimerSchema.parse(message));
  const cancelled = (tids: readonly string[]) => tids.map((tid) => ["call.completed", tid, "cancelled"]);

  it("is carried out here, as far as it ends queued calls", async () => {
    const fixture = await batchFixture({ count: 25 });
    await dead(SWEEP, fixture);
    expect(completed(fixture)).toEqual(cancelled(tidsOf(0, 25)));
    expect((await fixture.loops.read(OWNER)).batches).toEqual({});
  });

  it.each([
    ["", SWEEP],
    [", also where it cannot be read", { ...SWEEP, v: 0, type: undefined, reason: undefined }],
  ])(
    "with a credential goes on with the calls after it, and ends none: their sweep is another%s",
    async (_, message) => {
      const fixture = await batchFixture({ count: 250 });
      await fixture.batches.end(BATCH_ID, "cancelled");
      await dead({ ...message, next: 100, sealed_credential: "sealed" }, fixture);
      expect(completed(fixture)).toEqual([]);
      expect(fixture.timers.sent).toMatchObject([{ type: "sweep", next: 200, sealed_credential: "sealed" }]);
      // The calls that no message has come to yet are still ended.
      for (const next of [0, 100, 200]) await timers(fixture)({ ...SWEEP, next });
      expect(completed(fixture)).toEqual(cancelled(tidsOf(0, 250)));
      const rest = fixture.timers.sent.filter((sent) => sent.type === "sweep" && sent.sealed_credential === undefined);
      expect(rest).toMatchObject([{ next: 100 }, { next: 200 }]);
    },
  );

  it("from before there were loops ends its batch, and has live calls hung up with the credential", async () => {
    const fixture = await batchFixture({ count: 25 });
    await dead({ ...cancel, next: 10, sealed_credential: "sealed" }, fixture);
    expect((await fixture.batches.find(BATCH_ID))?.over).toBe("cancelled");
    expect((await fixture.loops.read(OWNER)).batches).toEqual({});
    expect(fixture.timers.sent).toMatchObject([
      { type: "sweep", owner: OWNER, batch_id: BATCH_ID, reason: "cancelled", next: 0 },
      { type: "sweep", owner: OWNER, batch_id: BATCH_ID, reason: "cancelled", next: 10, sealed_credential: "sealed" },
    ]);
    expect(fixture.timers.sent[0]).not.toHaveProperty("sealed_credential");
  });

  it("sends one message that counts the batch, however often it comes", async () => {
    const fixture = await batchFixture({ count: 25 });
    for (let time = 0; time < 3; time += 1) await dead({ ...SWEEP, end: 1 }, fixture);
    expect(fixture.timers.sent.filter(({ type }) => type === "count_batch")).toHaveLength(1);
  });

  it("continues with the recorded reason when it cannot be read", async () => {
    const fixture = await batchFixture({ count: 25 });
    await fixture.batches.end(BATCH_ID, "expired");
    await dead({ v: 0, owner: OWNER, batch_id: BATCH_ID, next: 10 }, fixture);
    expect(completed(fixture)).toEqual(tidsOf(10, 25).map((tid) => ["call.completed", tid, "expired"]));
  });

  it("is carried out when it cannot be read and the batch has expired", async () => {
    const fixture = await batchFixture({ count: 25 });
    fixture.clock.set(at(3_601));
    await dead({ v: 0, owner: OWNER, batch_id: BATCH_ID, next: 0 }, fixture);
    expect(completed(fixture)).toEqual(tidsOf(0, 25).map((tid) => ["call.completed", tid, "expired"]));
    expect((await fixture.loops.read(OWNER)).batches).toEqual({});
  });

  it("cancels all calls when it cannot be read", async () => {
    const fixture = await batchFixture({ count: 25 });
    await dead({ ...cancel, v: 0 }, fixture);
    expect(completed(fixture)).toEqual(cancelled(tidsOf(0, 25)));
  });
});

describe("the dead deadline of calls that were dialed together", () => {
  const dead = async (message: unknown, fixture: BatchFixture) =>
    await timerDeadLetters(fixture)(DeadTimerSchema.parse(message));

  /** A step that was dialed, and its deadline once that is dead. */
  async function overdue() {
    const fixture = await batchFixture({ count: 4 });
    await dialer({ ...fixture, verboseEvents: false })(fixture.message);
    const [message] = fixture.timers.sent;
    if (message?.type !== "step_deadlines") throw new Error("there is no deadline");
    fixture.clock.set(at(391));
    return { fixture, letter: message };
  }
  const lost = (tids: readonly string[]) => tids.map((tid) => ["call.completed", tid, "no_completion"]);

  it.each([
    ["under its claim, without the carrier and the credential", {}],
    ["whatever their claim, where it cannot be read", { v: 0, type: "poisoned", claim: undefined }],
    ["also where it names no owner, as one of a call from before there were loops", { v: 0, owner: undefined }],
  ])("closes each of them %s", async (_, changes) => {
    const { fixture, letter: message } = await overdue();
    await dead({ ...message, not_before: at(390), ...changes }, fixture);
    expect(completed(fixture)).toEqual(lost(tidsOf(0, 3)));
    expect(fixture.carrier.asked).toEqual([]);
    expect((await phases(fixture)).at(-1)).toBe("queued");
  });

  it("closes each of them also where it is from before there were loops, and cannot be read", async () => {
    const { fixture } = await overdue();
    await dead({ v: 0, batch_id: BATCH_ID, next: 0, until: 3, not_before: at(390) }, fixture);
    expect(completed(fixture)).toEqual(lost(tidsOf(0, 3)));
  });

  it("goes back to wait for its time when that has not come", async () => {
    const { fixture, letter: message } = await overdue();
    const early = { ...message, not_before: at(400) };
    expect(await dead(early, fixture)).toEqual({ event: "message.early", hops: 1, copy: false });
    expect(fixture.timers.sent.at(-1)).toEqual({ ...early, hops: 1 });
  });

  it("closes the other calls when one fails, and sends that one on alone", async () => {
    const { fixture, letter: message } = await overdue();
    vi.spyOn(fixture.bus, "publish").mockRejectedValueOnce(new Error("down"));
    await dead({ ...message, not_before: at(390) }, fixture);
    expect(completed(fixture)).toHaveLength(2);
    await dead(fixture.timers.sent.at(-1), fixture);
    expect(new Set(completed(fixture).map(([, tid]) => tid))).toEqual(new Set(tidsOf(0, 3)));
  });
});
