import type { Call } from "@promptcall/core/call/call";
import type { Event } from "@promptcall/core/contracts/events";
import { describe, expect, it, vi } from "vitest";
import { DeadDialSchema, dialDeadLetters } from "../../src/dead-letters/dial.ts";
import { DeadStateSchema, stateDeadLetters } from "../../src/dead-letters/state.ts";
import { DeadTimerSchema, timerDeadLetters } from "../../src/dead-letters/timers.ts";
import { NotYetError, UnknownCallError } from "../../src/errors.ts";
import { UUID } from "../../testing/scripted-carrier.ts";
import { emptyFixture, type Fixture, fixtureWith } from "../fixture.ts";
import { after, at, claim, event, MASKED, queued, report, TID } from "../given.ts";

const dialing = () => after(queued(), claim());
const ended = () =>
  after(dialing(), report(2, { type: "leg", status: "answered" }), report(10, { type: "leg", status: "completed" }));

const dial = { v: 1, type: "dial", tid: TID, sealed_credential: "sealed", not_before: at(0) };
const settle = { v: 1, type: "settle", id: "timer-1", tid: TID, not_before: at(30) };
const deadline = { ...dial, type: "deadline", claim: "claim-1" };

/** An event as the bus hands it over. */
const envelope = ({ type, metadata, data }: Event) => ({
  version: "0",
  source: "promptcall",
  "detail-type": type,
  detail: { metadata, data },
});

const NOW = 400;

/** Handles a dead-lettered message of its queue. */
const handled = {
  dial: async (message: unknown, fixture: Fixture) => dialDeadLetters(fixture)(DeadDialSchema.parse(message)),
  state: async (message: unknown, fixture: Fixture) => stateDeadLetters(fixture)(DeadStateSchema.parse(message)),
  timers: async (message: unknown, fixture: Fixture) => timerDeadLetters(fixture)(DeadTimerSchema.parse(message)),
};
type From = keyof typeof handled;

async function applyCommand(from: From, message: unknown, call: Call) {
  const fixture = await fixtureWith(call, { now: at(NOW) });
  const logged = await handled[from](message, fixture);
  return { fixture, logged };
}

const completed = (data: object, second = NOW) => ({
  type: "call.completed",
  metadata: { id: `completed_${TID}`, version: 1, tid: TID, application_id: "app", time: at(second) },
  data: { to: MASKED, attempts: 0, ...data },
});

describe("a dead-lettered message", () => {
  it.each<[string, From, unknown, Call, object, number]>([
    ["to dial a queued call", "dial", dial, queued(), { status: "error", reason: "dial_refused" }, NOW],
    ["to settle", "timers", settle, ended(), { status: "error", reason: "hung_up" }, NOW],
    ["of a deadline", "timers", deadline, dialing(), { status: "error", reason: "dial_unknown" }, NOW],
    [
      "with a status update of a call",
      "state",
      envelope(event(3, "call.dial_failed", { reason: "invalid_number" })),
      dialing(),
      { status: "error", reason: "invalid_number" },
      3,
    ],
    ["that only names a call", "dial", { tid: TID }, queued(), { status: "error", reason: "dial_refused" }, NOW],
    ["to dial, in another form", "dial", { ...dial, v: 2 }, queued(), { status: "error", reason: "dial_refused" }, NOW],
    [
      "of a timer that cannot be read",
      "timers",
      { tid: TID },
      dialing(),
      { status: "error", reason: "dial_unknown" },
      NOW,
    ],
    [
      "of a deadline without claim",
      "timers",
      { ...deadline, claim: 1 },
      ended(),
      { status: "error", reason: "hung_up" },
      NOW,
    ],
  ])("%s still leads to a result", async (_, from, message, call, data, second) => {
    const { fixture, logged } = await applyCommand(from, message, call);
    expect(fixture.bus.published).toEqual([completed(data, second)]);
    expect([logged].flat()).toContainEqual(expect.objectContaining({ tid: TID, phase: "completed" }));
  });

  it("is logged with its type", async () => {
    const line = { event: "dead_letter.handled", tid: TID, type: "dial", phase: "completed", result: "error" };
    expect((await applyCommand("dial", dial, queued())).logged).toEqual(line);
    expect((await applyCommand("dial", { ...dial, v: 2 }, queued())).logged).toEqual({ ...line, type: "unreadable" });
  });

  it.each([
    ["to dial", dial],
    ["that only names a call", { tid: TID }],
  ])("%s leaves a call that is dialed to its deadline", async (_, message) => {
    const { fixture, logged } = await applyCommand("dial", message, dialing());
    expect(logged).toMatchObject({ event: "dead_letter.handled", phase: "dialing", refused: "dialed" });
    expect(await fixture.calls.state(TID)).toEqual({ call: dialing(), version: 1 });
    expect(fixture.bus.published).toEqual([]);
  });

  it("of an earlier dial's deadline leaves the call alone", async () => {
    const { fixture, logged } = await applyCommand("timers", { ...deadline, claim: "claim-0" }, dialing());
    expect(logged).toContainEqual({ event: "timer.deadline", tid: TID, refused: "superseded" });
    expect((await fixture.calls.state(TID))?.call).toEqual(dialing());
    expect(fixture.bus.published).toEqual([]);
  });

  it("with a report that does not end the call records it", async () => {
    const { fixture } = await applyCommand("state", envelope(event(3, "call.dialed", { uuid: UUID })), dialing());
    expect(await fixture.calls.state(TID)).toEqual({
      call: after(dialing(), report(3, { type: "dialed", uuid: UUID })),
      version: 2,
    });
  });

  it.each([
    ["that is no report", envelope(event(0, "call.accepted", { to: MASKED })), "unreadable"],
    ["with a status update that cannot be read", { detail: { metadata: { tid: TID } } }, "unreadable"],
  ])("%s is let go", async (_, message, type) => {
    const { fixture, logged } = await applyCommand("state", message, queued());
    expect(logged).toEqual({ event: "dead_letter.ignored", tid: TID, type });
    expect(await fixture.calls.state(TID)).toEqual({ call: queued(), version: 1 });
  });

  it.each<[string, From, unknown, Call]>([
    ["to dial", "dial", dial, queued()],
    ["to settle", "timers", settle, ended()],
    ["of a deadline", "timers", deadline, dialing()],
  ])("%s announces the result again when it is delivered again after a crash", async (_, from, message, call) => {
    const fixture = await fixtureWith(call, { now: at(NOW) });
    vi.spyOn(fixture.bus, "publish").mockRejectedValueOnce(new Error("crash"));
    await expect(handled[from](message, fixture)).rejects.toThrow("crash");
    fixture.clock.set(at(999));
    await handled[from](message, fixture);
    expect(fixture.bus.published).toMatchObject([{ type: "call.completed", metadata: { time: at(NOW) } }]);
  });

  it("of a timer publishes a result again only when it has no delivery attempt", async () => {
    const call = after(ended(), { type: "settle", id: "died", at: at(30), settleSeconds: 20 });
    const { fixture, logged } = await applyCommand("timers", { tid: TID }, call);
    expect(logged).toMatchObject({ refused: "completed", republished: true });
    expect(fixture.bus.published).toEqual([completed({ status: "error", reason: "hung_up" }, 30)]);

    await fixture.deliveries.add(TID, { attempt: 1, at: at(31), answer: 200, durationMs: 9 }, "delivered");
    expect(await handled.timers({ tid: TID }, fixture)).toMatchObject({ refused: "completed", republished: false });
    expect(fixture.bus.published).toHaveLength(1);
  });

  it.each([
    ["to dial", "dial", dial, queued()],
    ["of a deadline", "timers", deadline, dialing()],
    ["to settle", "timers", settle, ended()],
  ] as const)("%s whose time has not come goes back to wait for it", async (_, from, message, call) => {
    const waiting = { ...message, not_before: at(NOW + 41 * 3_600) };
    const { fixture, logged } = await applyCommand(from, waiting, call);
    expect(logged).toEqual({ event: "message.early", hops: 1, copy: false });
    const queue: { sent: readonly unknown[] } = fixture[from];
    expect(queue.sent).toEqual([{ ...waiting, hops: 1 }]);
    expect(await fixture.calls.state(TID)).toEqual({ call, version: 1 });
    expect(fixture.bus.published).toEqual([]);
  });

  it.each([
    ["to dial", "dial", { tid: TID, not_before: at(NOW + 1) }],
    ["of a timer", "timers", { tid: TID, not_before: at(NOW + 1) }],
    ["of a timer, that names no time,", "timers", { tid: TID }],
  ] as const)("%s that cannot be read waits where it is", async (_, from, message) => {
    const recent = after(queued(), claim(NOW - 100));
    const fixture = await fixtureWith(from === "dial" ? queued() : recent, { now: at(NOW) });
    await expect(handled[from](message, fixture)).rejects.toBeInstanceOf(NotYetError);
    expect([fixture.bus.published, fixture.dial.sent, fixture.timers.sent]).toEqual([[], [], []]);
  });

  it("to dial sets a timer that makes sure its result is published", async () => {
    const { fixture } = await applyCommand("dial", dial, queued());
    expect(fixture.timers.sent).toEqual([
      { v: 1, type: "settle", id: `dead_${TID}`, tid: TID, not_before: at(NOW + 20) },
    ]);
  });

  it("fails when its call is not on record", async () => {
    await expect(handled.dial(dial, emptyFixture())).rejects.toEqual(new UnknownCallError(TID));
  });

  it.each([{}, { tid: "not a tid" }, "text", null])("that names no call is not one: %j", (message) => {
    for (const schema of [DeadDialSchema, DeadStateSchema, DeadTimerSchema])
      expect(schema.safeParse(message).success).toBe(false);
  });
});
