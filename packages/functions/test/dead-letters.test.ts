import type { Call } from "@promptcall/core/call";
import type { Event } from "@promptcall/core/events";
import { UUID } from "@promptcall/simulation/twins/scripted-carrier";
import { describe, expect, it, vi } from "vitest";
import { DEAD_LETTER_SCHEMAS, deadDials, deadReports, deadTimers } from "../src/dead-letters/bury.ts";
import { NotYetError, UnknownCallError } from "../src/errors.ts";
import { after, at, claim, event, MASKED, queued, report, TID } from "./given.ts";
import { emptyWorld, type World, worldWith } from "./world.ts";

const dialing = () => after(queued(), claim());
const ended = () =>
  after(dialing(), report(2, { type: "line", status: "answered" }), report(10, { type: "line", status: "completed" }));

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

/** A letter among the dead of its queue, handled on these ports. */
const handled = {
  dial: async (letter: unknown, world: World) => deadDials(world)(DEAD_LETTER_SCHEMAS.dial.parse(letter)),
  state: async (letter: unknown, world: World) => deadReports(world)(DEAD_LETTER_SCHEMAS.state.parse(letter)),
  timers: async (letter: unknown, world: World) => deadTimers(world)(DEAD_LETTER_SCHEMAS.timers.parse(letter)),
};
type From = keyof typeof handled;

async function bury(from: From, letter: unknown, call: Call) {
  const world = await worldWith(call, { now: at(NOW) });
  const told = await handled[from](letter, world);
  return { world, told };
}

const completed = (data: object, second = NOW) => ({
  type: "call.completed",
  metadata: { id: `completed_${TID}`, version: 1, tid: TID, application_id: "app", time: at(second) },
  data: { to: MASKED, attempts: 0, ...data },
});

describe("a dead letter", () => {
  it.each<[string, From, unknown, Call, object, number]>([
    ["to dial a queued call", "dial", dial, queued(), { status: "error", reason: "dial_refused" }, NOW],
    ["to settle", "timers", settle, ended(), { status: "error", reason: "hung_up" }, NOW],
    ["of a deadline", "timers", deadline, dialing(), { status: "error", reason: "dial_unknown" }, NOW],
    [
      "with news of a call",
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
  ])("%s still leads to a result", async (_, from, letter, call, data, second) => {
    const { world, told } = await bury(from, letter, call);
    expect(world.bus.published).toEqual([completed(data, second)]);
    expect([told].flat()).toContainEqual(expect.objectContaining({ tid: TID, phase: "completed" }));
  });

  it("names what it was in the log", async () => {
    const line = { event: "dead_letter.buried", tid: TID, type: "dial", phase: "completed", result: "error" };
    expect((await bury("dial", dial, queued())).told).toEqual(line);
    expect((await bury("dial", { ...dial, v: 2 }, queued())).told).toEqual({ ...line, type: "unreadable" });
  });

  it.each([
    ["to dial", dial],
    ["that only names a call", { tid: TID }],
  ])("%s leaves a call that is dialed to its deadline", async (_, letter) => {
    const { world, told } = await bury("dial", letter, dialing());
    expect(told).toMatchObject({ event: "dead_letter.buried", phase: "dialing", refused: "dialed" });
    expect(await world.calls.state(TID)).toEqual({ call: dialing(), version: 1 });
    expect(world.bus.published).toEqual([]);
  });

  it("of an earlier dial's deadline leaves the call alone", async () => {
    const { world, told } = await bury("timers", { ...deadline, claim: "claim-0" }, dialing());
    expect(told).toContainEqual({ event: "timer.deadline", tid: TID, refused: "superseded" });
    expect((await world.calls.state(TID))?.call).toEqual(dialing());
    expect(world.bus.published).toEqual([]);
  });

  it("with news that does not end the call puts them on its record", async () => {
    const { world } = await bury("state", envelope(event(3, "call.dialed", { uuid: UUID })), dialing());
    expect(await world.calls.state(TID)).toEqual({
      call: after(dialing(), report(3, { type: "dialed", uuid: UUID })),
      version: 2,
    });
  });

  it.each([
    ["that brings no news", envelope(event(0, "call.accepted", { to: MASKED })), "call.accepted"],
    ["with news that cannot be read", { detail: { metadata: { tid: TID } } }, "unreadable"],
  ])("%s is let go", async (_, letter, type) => {
    const { world, told } = await bury("state", letter, queued());
    expect(told).toEqual({ event: "dead_letter.ignored", tid: TID, type });
    expect(await world.calls.state(TID)).toEqual({ call: queued(), version: 1 });
  });

  it.each<[string, From, unknown, Call]>([
    ["to dial", "dial", dial, queued()],
    ["to settle", "timers", settle, ended()],
    ["of a deadline", "timers", deadline, dialing()],
  ])("%s announces the result again when it is delivered again after a crash", async (_, from, letter, call) => {
    const world = await worldWith(call, { now: at(NOW) });
    vi.spyOn(world.bus, "publish").mockRejectedValueOnce(new Error("crash"));
    await expect(handled[from](letter, world)).rejects.toThrow("crash");
    world.clock.set(at(999));
    await handled[from](letter, world);
    expect(world.bus.published).toMatchObject([{ type: "call.completed", metadata: { time: at(NOW) } }]);
  });

  it("of a timer announces a result that nobody has tried to deliver, and no other", async () => {
    const call = after(ended(), { type: "settle", id: "died", at: at(30), settleSeconds: 20 });
    const { world, told } = await bury("timers", { tid: TID }, call);
    expect(told).toMatchObject({ refused: "completed", unheard: true });
    expect(world.bus.published).toEqual([completed({ status: "error", reason: "hung_up" }, 30)]);

    await world.deliveries.add(TID, { attempt: 1, at: at(31), answer: 200, durationMs: 9 }, "delivered");
    expect(await handled.timers({ tid: TID }, world)).toMatchObject({ refused: "completed", unheard: false });
    expect(world.bus.published).toHaveLength(1);
  });

  it.each([
    ["to dial", "dial", dial, queued()],
    ["of a deadline", "timers", deadline, dialing()],
    ["to settle", "timers", settle, ended()],
  ] as const)("%s whose time has not come goes back to wait for it", async (_, from, letter, call) => {
    const waiting = { ...letter, not_before: at(NOW + 41 * 3_600) };
    const { world, told } = await bury(from, waiting, call);
    expect(told).toEqual({ event: "message.early", hops: 1, copy: false });
    const queue: { sent: readonly unknown[] } = world[from];
    expect(queue.sent).toEqual([{ ...waiting, hops: 1 }]);
    expect(await world.calls.state(TID)).toEqual({ call, version: 1 });
    expect(world.bus.published).toEqual([]);
  });

  it.each([
    ["to dial", "dial", { tid: TID, not_before: at(NOW + 1) }],
    ["of a timer", "timers", { tid: TID, not_before: at(NOW + 1) }],
    ["of a timer, that names no time,", "timers", { tid: TID }],
  ] as const)("%s that cannot be read waits where it is", async (_, from, letter) => {
    const recent = after(queued(), claim(NOW - 100));
    const world = await worldWith(from === "dial" ? queued() : recent, { now: at(NOW) });
    await expect(handled[from](letter, world)).rejects.toBeInstanceOf(NotYetError);
    expect([world.bus.published, world.dial.sent, world.timers.sent]).toEqual([[], [], []]);
  });

  it("to dial sets a timer that looks whether its result was heard of, since there is no deadline that would", async () => {
    const { world } = await bury("dial", dial, queued());
    expect(world.timers.sent).toEqual([
      { v: 1, type: "settle", id: `dead_${TID}`, tid: TID, not_before: at(NOW + 20) },
    ]);
  });

  it("fails when its call is not on record", async () => {
    await expect(handled.dial(dial, emptyWorld())).rejects.toEqual(new UnknownCallError(TID));
  });

  it.each([{}, { tid: "not a tid" }, "text", null])("that names no call is not one: %j", (letter) => {
    for (const schema of Object.values(DEAD_LETTER_SCHEMAS)) expect(schema.safeParse(letter).success).toBe(false);
  });
});
