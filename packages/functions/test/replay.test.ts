import { describe, expect, it, vi } from "vitest";
import { replay } from "../src/dispatcher/replay.ts";
import type { CallbackRecord, DeadLetter, DeadLetters } from "../src/ports.ts";
import { at, event, MASKED, OTHER_TID, queued, spec, TID } from "./given.ts";
import { worldWith } from "./world.ts";

interface MemoryDeadLetters extends DeadLetters {
  readonly waiting: DeadLetter[];
  readonly held: DeadLetter[];
}

/** Two at a time, as a queue that has more than it hands out. */
function memoryDeadLetters(...bodies: unknown[]): MemoryDeadLetters {
  const waiting = bodies.map((body, index) => ({
    id: `m${index + 1}`,
    receipt: `r${index + 1}`,
    body: typeof body === "string" ? body : JSON.stringify(body),
  }));
  const held: DeadLetter[] = [];
  const drop = ({ id }: DeadLetter) => {
    const index = held.findIndex((letter) => letter.id === id);
    return held.splice(index, 1);
  };
  return {
    waiting,
    held,
    async receive() {
      const letters = waiting.splice(0, 2);
      held.push(...letters);
      return letters;
    },
    async remove(letter) {
      drop(letter);
    },
    async release(letters) {
      for (const letter of letters) waiting.push(...drop(letter));
    },
  };
}

const parked = (tid: string, attempts: number) => ({ v: 1, type: "parked", tid, attempts, why: "it was" });
const made = (attempt: number, answer: number) => ({ attempt, at: at(attempt), answer, durationMs: 1 });
const message = (tid: string, attempt: number) => ({ v: 1, type: "callback", tid, attempt, not_before: at(100) });

/** Two calls on record, the first with these attempts, and a run of the replay over these dead letters. */
async function run({
  letters,
  attempts = [],
  state = "parked",
  tids,
}: {
  letters: MemoryDeadLetters;
  attempts?: CallbackRecord["attempts"];
  state?: CallbackRecord["state"];
  tids?: readonly string[];
}) {
  const world = await worldWith(queued(), { now: at(100) });
  await world.calls.create({ spec: spec({ tid: OTHER_TID }), call: queued() });
  for (const attempt of attempts) await world.deliveries.add(TID, attempt, state);
  const lines: string[] = [];
  const start = () =>
    replay({ ...world, deadLetters: letters })({
      ...(tids && { tids: new Set(tids) }),
      tell: (line) => lines.push(line),
    });
  return { world, lines, start, sent: world.callbacks.sent };
}

describe("a replay", () => {
  it("sends a parked result again, as the attempt after the last one on record", async () => {
    const letters = memoryDeadLetters(parked(TID, 2));
    const { start, lines, sent } = await run({ letters, attempts: [made(1, 503), made(2, 410)] });
    expect(await start()).toEqual({ sent: 1, left: 0 });
    expect(sent).toEqual([message(TID, 3)]);
    expect(lines).toEqual([`${TID}: sent again as attempt 3`]);
    expect([letters.waiting, letters.held]).toEqual([[], []]);
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
    const { start, sent } = await run({ letters: memoryDeadLetters(body) });
    expect(await start()).toEqual({ sent: 1, left: 0 });
    expect(sent).toEqual([message(TID, 1)]);
  });

  it("does not make an attempt again that delivered, and has it announced again", async () => {
    const letters = memoryDeadLetters(parked(TID, 1));
    const { start, sent } = await run({ letters, attempts: [made(1, 410), made(2, 200)], state: "delivered" });
    expect(await start()).toEqual({ sent: 1, left: 0 });
    expect(sent).toEqual([message(TID, 2)]);
  });

  it.each([
    ["no JSON", "}"],
    ["no call", { type: "parked" }],
  ])("leaves what names %s", async (_, body) => {
    const letters = memoryDeadLetters(body);
    const { start, lines, sent } = await run({ letters });
    expect(await start()).toEqual({ sent: 0, left: 1 });
    expect(lines).toEqual(["message m1: names no call, left"]);
    expect([sent, letters.held, letters.waiting.length]).toEqual([[], [], 1]);
  });

  it("leaves what names a call that is on record no more", async () => {
    const tid = "7b241101-e2bb-4255-8caf-4136c566a962";
    const { start, lines } = await run({ letters: memoryDeadLetters(parked(tid, 9)) });
    expect(await start()).toEqual({ sent: 0, left: 1 });
    expect(lines).toEqual([`${tid}: its call is on record no more, left`]);
  });

  it("leaves untouched what was not asked for, and tells what was not found", async () => {
    const letters = memoryDeadLetters(parked(OTHER_TID, 1), "}", parked(TID, 1), parked(OTHER_TID, 2));
    const missing = "7b241101-e2bb-4255-8caf-4136c566a962";
    const { start, lines, sent } = await run({ letters, tids: [TID, missing] });
    expect(await start()).toEqual({ sent: 1, left: 3 });
    expect(sent).toEqual([message(TID, 1)]);
    expect(lines).toEqual([`${TID}: sent again as attempt 1`, `${missing}: is not among the dead letters`]);
    expect([letters.held, letters.waiting.map(({ id }) => id)]).toEqual([[], ["m1", "m2", "m4"]]);
  });

  it("sends a result once that was parked twice", async () => {
    const letters = memoryDeadLetters(parked(TID, 1), parked(TID, 1), parked(TID, 1));
    const { start, lines, sent } = await run({ letters, attempts: [made(1, 410)] });
    expect(await start()).toEqual({ sent: 1, left: 0 });
    expect([sent, lines.toSorted()]).toEqual([
      [message(TID, 2)],
      [`${TID}: sent again as attempt 2`, `${TID}: was there twice`, `${TID}: was there twice`],
    ]);
  });

  it("does not go round with a result that is parked again at once", async () => {
    const letters = memoryDeadLetters(parked(TID, 1), parked(OTHER_TID, 1), parked(TID, 2));
    const { start, lines, sent } = await run({ letters, attempts: [made(1, 410)] });
    expect(await start()).toEqual({ sent: 2, left: 1 });
    expect(sent).toHaveLength(2);
    expect(lines).toContain(`${TID}: parked again meanwhile, left`);
    expect(letters.waiting.map(({ id }) => id)).toEqual(["m3"]);
  });

  it("keeps every message whose successor could not be sent", async () => {
    const letters = memoryDeadLetters(parked(TID, 1));
    const { start, world } = await run({ letters });
    vi.spyOn(world.callbacks, "send").mockRejectedValueOnce(new Error("down"));
    await expect(start()).rejects.toThrow("down");
    expect([letters.held, letters.waiting.map(({ id }) => id)]).toEqual([[], ["m1"]]);
  });
});
