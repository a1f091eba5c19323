import { describe, expect, it, vi } from "vitest";
import { type ReplayFilters, replay } from "../../src/dispatcher/replay.ts";
import type { CallbackRecord } from "../../src/ports/callback-store.ts";
import { fakeDeadLetters } from "../../testing/dead-letters.ts";
import { idOf } from "../../testing/random.ts";
import { fixtureWith } from "../fixture.ts";
import { at, event, MASKED, OTHER_TID, queued, spec, TID } from "../given.ts";

const parked = (tid: string, attempts: number) => ({ v: 1, type: "parked", tid, attempts, why: "it was" });
const made = (attempt: number, answer: number) => ({ attempt, at: at(attempt), answer, durationMs: 1 });
const message = (tid: string, attempt: number) => ({ v: 1, type: "callback", tid, attempt, not_before: at(100) });

/**
 * Two calls on record, the first with these attempts, and a run of the replay over dead letters with these bodies. They
 * come two at a time, as from a queue that has more than it hands out.
 */
async function run({
  bodies,
  attempts = [],
  state = "parked",
  tids,
  filters,
}: {
  bodies: readonly unknown[];
  attempts?: CallbackRecord["attempts"];
  state?: CallbackRecord["state"];
  tids?: readonly string[];
  filters?: ReplayFilters;
}) {
  const fixture = await fixtureWith(queued(), { now: at(100) });
  fixture.hold({ spec: spec({ tid: OTHER_TID }), call: queued() });
  for (const attempt of attempts) await fixture.deliveries.add(TID, attempt, state);
  const messages = fakeDeadLetters({ clock: fixture.clock, batchSize: 2 });
  for (const body of bodies) messages.put(typeof body === "string" ? body : JSON.stringify(body));
  const lines: string[] = [];
  const start = () =>
    replay({ ...fixture, deadLetters: messages })({
      ...(tids && { tids: new Set(tids) }),
      ...(filters && { filters }),
      report: (line) => lines.push(line),
    });
  return { fixture, messages, lines, start, sent: fixture.callbacks.sent };
}

describe("a replay", () => {
  it("sends a parked result again, as the attempt after the last one on record", async () => {
    const { start, lines, sent, messages } = await run({
      bodies: [parked(TID, 2)],
      attempts: [made(1, 503), made(2, 410)],
    });
    expect(await start()).toEqual({ sent: 1, left: 0 });
    expect(sent).toEqual([message(TID, 3)]);
    expect(lines).toEqual([`${TID}: sent again as attempt 3`]);
    expect([messages.ids("visible"), messages.ids("held")]).toEqual([[], []]);
  });

  it("keeps an attempt waiting for its time, in a new message", async () => {
    const waiting = { v: 1, type: "callback", tid: TID, attempt: 2, not_before: at(4_000) };
    const { start, sent } = await run({ bodies: [waiting], attempts: [made(1, 503)], state: "pending" });
    expect(await start()).toEqual({ sent: 1, left: 0 });
    // The consumer would take the same message for a copy of one that it has sent on already, and drop it.
    expect(sent).toEqual([{ ...waiting, not_before: at(4_001) }]);
  });

  const { metadata, data } = event(30, "call.completed", { to: MASKED, status: "ok", attempts: 1 });
  it.each([
    [
      "a result that was never tried",
      { source: "promptcall", "detail-type": "call.completed", detail: { metadata, data } },
    ],
    ["an attempt that could not be made", { v: 1, type: "callback", tid: TID, attempt: 1, not_before: at(0) }],
    ["the remains of one", { v: 0, tid: TID, poisoned: true }],
  ])("makes an attempt of %s", async (_, body) => {
    const { start, sent } = await run({ bodies: [body] });
    expect(await start()).toEqual({ sent: 1, left: 0 });
    expect(sent).toEqual([message(TID, 1)]);
  });

  it("does not repeat a delivered attempt, and publishes it again", async () => {
    const { start, sent } = await run({
      bodies: [parked(TID, 1)],
      attempts: [made(1, 410), made(2, 200)],
      state: "delivered",
    });
    expect(await start()).toEqual({ sent: 1, left: 0 });
    expect(sent).toEqual([message(TID, 2)]);
  });

  it.each([
    ["no JSON", "}"],
    ["no call", { type: "parked" }],
  ])("leaves what names %s", async (_, body) => {
    const { start, lines, sent, messages } = await run({ bodies: [body] });
    expect(await start()).toEqual({ sent: 0, left: 1 });
    expect(lines).toEqual([`message ${idOf(1)}: names no call, left`]);
    expect([sent, messages.ids("held"), messages.ids("visible")]).toEqual([[], [], [idOf(1)]]);
  });

  it("leaves a message whose call is unknown", async () => {
    const tid = "7b241101-e2bb-4255-8caf-4136c566a962";
    const { start, lines } = await run({ bodies: [parked(tid, 9)] });
    expect(await start()).toEqual({ sent: 0, left: 1 });
    expect(lines).toEqual([`${tid}: its call is on record no more, left`]);
  });

  it("leaves messages that were not requested, and reports those not found", async () => {
    const missing = "7b241101-e2bb-4255-8caf-4136c566a962";
    const { start, lines, sent, messages } = await run({
      bodies: [parked(OTHER_TID, 1), "}", parked(TID, 1), parked(OTHER_TID, 2)],
      tids: [TID, missing],
    });
    expect(await start()).toEqual({ sent: 1, left: 3 });
    expect(sent).toEqual([message(TID, 1)]);
    expect(lines).toEqual([`${TID}: sent again as attempt 1`, `${missing}: is not among the dead letters`]);
    expect([messages.ids("held"), messages.ids("visible")]).toEqual([[], [idOf(1), idOf(2), idOf(4)]]);
  });

  it("sends a result that was parked twice only once", async () => {
    const { start, lines, sent } = await run({
      bodies: [parked(TID, 1), parked(TID, 1), parked(TID, 1)],
      attempts: [made(1, 410)],
    });
    expect(await start()).toEqual({ sent: 1, left: 0 });
    expect([sent, lines.toSorted()]).toEqual([
      [message(TID, 2)],
      [`${TID}: sent again as attempt 2`, `${TID}: was there twice`, `${TID}: was there twice`],
    ]);
  });

  it("does not loop on a result that is parked again at once", async () => {
    const { start, lines, sent, messages } = await run({
      bodies: [parked(TID, 1), parked(OTHER_TID, 1), parked(TID, 2)],
      attempts: [made(1, 410)],
    });
    expect(await start()).toEqual({ sent: 2, left: 1 });
    expect(sent).toHaveLength(2);
    expect(lines).toContain(`${TID}: parked again meanwhile, left`);
    expect(messages.ids("visible")).toEqual([idOf(3)]);
  });

  it("keeps every message whose successor cannot be sent", async () => {
    const { start, fixture, messages } = await run({ bodies: [parked(TID, 1)] });
    vi.spyOn(fixture.callbacks, "send").mockRejectedValueOnce(new Error("down"));
    await expect(start()).rejects.toThrow("down");
    expect([messages.ids("held"), messages.ids("visible")]).toEqual([[], [idOf(1)]]);
  });

  it("handles a message once that became visible again meanwhile", async () => {
    const { fixture, messages, start, lines } = await run({ bodies: ["}"] });
    const { receive } = messages;
    vi.spyOn(messages, "receive").mockImplementationOnce(async () => {
      const received = await receive();
      fixture.clock.set(at(1000));
      return received;
    });
    expect(await start()).toEqual({ sent: 0, left: 1 });
    expect(lines).toEqual([`message ${idOf(1)}: names no call, left`]);
    expect([messages.ids("held"), messages.ids("visible")]).toEqual([[], [idOf(1)]]);
  });
});

describe("a replay of those that filters fit", () => {
  const given = { bodies: [parked(TID, 2), parked(OTHER_TID, 1)], attempts: [made(1, 503), made(2, 410)] };

  it.each<[string, ReplayFilters]>([
    ["the receiver", { receiver: "customer.example" }],
    ["how the last attempt ended", { reason: "http_410" }],
    ["the first moment", { sinceMs: Date.parse(at(2)) }],
    ["times around it", { sinceMs: Date.parse(at(1)), untilMs: Date.parse(at(3)) }],
    ["all of them", { receiver: "customer.example", reason: "http_410", untilMs: Date.parse(at(3)) }],
  ])("sends what %s fits", async (_, filters) => {
    const { start, sent } = await run({ ...given, tids: [TID], filters });
    expect(await start()).toEqual({ sent: 1, left: 1 });
    expect(sent).toEqual([message(TID, 3)]);
  });

  it.each<[string, ReplayFilters]>([
    ["another receiver", { receiver: "other.example" }],
    ["an earlier attempt that ended so", { reason: "http_503" }],
    ["a later moment", { sinceMs: Date.parse(at(2.5)) }],
    ["the moment at which it is too late", { untilMs: Date.parse(at(2)) }],
    ["one of two", { receiver: "customer.example", reason: "timeout" }],
  ])("leaves what has %s, and says nothing of it", async (_, filters) => {
    const { start, sent, lines, messages } = await run({ ...given, filters });
    expect(await start()).toEqual({ sent: 0, left: 2 });
    expect([sent, lines]).toEqual([[], []]);
    expect(messages.ids("visible")).toHaveLength(2);
  });

  it("leaves one that was never tried where a time or a reason is asked for", async () => {
    const { start, sent } = await run({ bodies: [parked(OTHER_TID, 0)], filters: { sinceMs: Date.parse(at(0)) } });
    expect(await start()).toEqual({ sent: 0, left: 1 });
    const { start: again } = await run({ bodies: [parked(OTHER_TID, 0)], filters: { receiver: "customer.example" } });
    expect([await again(), sent]).toEqual([{ sent: 1, left: 0 }, []]);
  });
});
