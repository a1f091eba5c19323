import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PRIORITIES, type Priority } from "../../src/contracts/priority.ts";
import type { Loop } from "../../src/dialing/loop.ts";
import { batchPriorities, leftByPriority, priorityAt } from "../../src/dialing/priorities.ts";
import { takeCalls } from "../../src/dialing/take-calls.ts";
import type { WaitingCall } from "../../src/dialing/waiting-calls.ts";
import { countsOfArrival, prioritiesOf } from "../../src/dialing/waiting-counts.ts";
import { AT_MS, batch, calls, plan, single, working } from "./given.ts";

const urgent = (tid: string) => single(tid, { priority: "high" });
const patient = (tid: string) => single(tid, { priority: "low" });
const HIGH = { highTo: 99 };
const LOW = { lowFrom: 0 };

/** What a step takes: the single calls by name, and the calls of batches by batch and index. */
function taken(...given: Parameters<typeof plan>) {
  const { singles, batches } = plan(...given);
  return [...singles, ...batches.flatMap(({ batchId, indices }) => indices.map((index) => `${batchId}${index}`))];
}

describe("a step", () => {
  it("takes single calls by priority, whatever came first", () => {
    const waiting = [urgent("urgent"), single("first"), single("second"), patient("patient")];
    expect(taken(working(), { waiting })).toEqual(["urgent", "first", "second"]);
    expect(taken(working(), { waiting: waiting.slice(1) })).toEqual(["first", "second", "patient"]);
  });

  it("takes urgent single calls before all calls of a batch that is not", () => {
    const waiting = ["a", "b", "c", "d"].map(urgent);
    const loop = working({ batches: { x: batch(9) } });
    expect(taken(loop, { waiting, queued: { x: calls(4) } })).toEqual(["a", "b", "c"]);
  });

  it("leaves a single call of low priority behind a batch, and puts one behind a batch of low priority nowhere", () => {
    const waiting = [patient("patient")];
    const beside = (loop: Loop) => taken(loop, { waiting, queued: { x: calls(4) } });
    expect(beside(working({ batches: { x: batch(9) } }))).toEqual(["x0", "x1", "x2"]);
    expect(beside(working({ batches: { x: batch(9, LOW) }, sinceSingle: 2 }))).toEqual(["patient", "x0", "x1"]);
    const normal = [single("a"), single("b"), single("c")];
    const loop = working({ batches: { x: batch(9, LOW) } });
    expect(taken(loop, { waiting: normal, queued: { x: calls(4) } })).toEqual(["a", "b", "c"]);
  });

  it("leaves single calls their third beside a batch of high priority", () => {
    const loop = working({ batches: { x: batch(99, HIGH) } });
    expect(taken(loop, { waiting: [single("a"), single("b")], queued: { x: calls(4) } })).toEqual(["a", "x0", "x1"]);
  });

  it("takes from the batches of the highest priority in turn, and from others what these leave", () => {
    const batches = { a: batch(9), b: batch(99, HIGH), c: batch(9), d: batch(99, HIGH), e: batch(9, LOW) };
    const queued = { a: calls(4), b: calls(1), c: calls(4), d: calls(1), e: calls(4) };
    expect(taken(working({ batches }), { queued })).toEqual(["b0", "d0", "a0"]);
  });

  it("takes the urgent calls of a batch before others, and then goes on with it in turn", () => {
    const batches = { a: batch(9), b: batch(9, { highTo: 1, lowFrom: 2 }) };
    const loop = working({ batches, callsPerSecond: 5, currentCallsPerSecond: 5 });
    expect(taken(loop, { queued: { a: calls(2), b: calls(4) } })).toEqual(["b0", "b1", "b2", "a0", "a1"]);
  });

  it("keeps the turns of those that an urgent batch went before", () => {
    let loop = working({
      batches: { a: batch(9), b: batch(9), z: batch(99, HIGH) },
      callsPerSecond: 2,
      currentCallsPerSecond: 2,
    });
    const turns: string[] = [];
    for (let step = 0; step < 4; step += 1) {
      const planned = plan(loop, { queued: { a: calls(3), b: calls(3), z: calls(1) } });
      turns.push(...planned.batches.map(({ batchId }) => batchId).filter((id) => id !== "z"));
      loop = { ...planned.next, recentMs: [] };
    }
    expect(turns).toEqual(["a", "b", "a", "b"]);
  });

  it("never passes a more urgent call over for another, but for the share of single calls", () => {
    const priority = fc.constantFrom(...PRIORITIES);
    const loops = fc.record({
      room: fc.integer({ min: 0, max: 12 }),
      waiting: fc.array(priority, { maxLength: 12 }),
      batches: fc.array(fc.array(priority, { minLength: 1, maxLength: 8 }), { maxLength: 4 }),
      sinceSingle: fc.integer({ min: 0, max: 2 }),
      turn: fc.constantFrom("", "batch 1", "batch 2"),
    });
    fc.assert(
      fc.property(loops, ({ room, waiting, batches, sinceSingle, turn }) => {
        const rank = (one: Priority) => PRIORITIES.indexOf(one);
        const sorted = (all: readonly Priority[]) => all.toSorted((one, other) => rank(one) - rank(other));
        const entries = batches.map((all, place) => [`batch ${place}`, sorted(all)] as const);
        const loop = working({
          sinceSingle,
          turn,
          batches: Object.fromEntries(
            entries.map(([id, all]) => [id, batch(all.length, batchPriorities(all))] as const),
          ),
        });
        const ready = sorted(waiting).map((of, place) => ({ tid: `single ${place}`, priority: of }));
        const queued = new Map(entries.map(([id, all]) => [id, calls(all.length)]));
        const got = takeCalls({ loop, room, ready, queued });
        const offered = waiting.length + batches.reduce((sum, { length }) => sum + length, 0);
        const ofBatches = [...got.batches].flatMap(([id, indices]) =>
          indices.map((index) => priorityAt(loop.batches[id] ?? {}, index)),
        );
        expect(got.singles.length + ofBatches.length).toBe(Math.min(room, offered));
        const leftOfBatches = entries.flatMap(([id, all]) => all.slice(got.batches.get(id)?.length ?? 0));
        const leftSingles = ready.slice(got.singles.length).map(({ priority: of }) => of);
        const takenSingles = ready.slice(0, got.singles.length).map(({ priority: of }) => of);
        const worst = (all: readonly Priority[]) => Math.max(-1, ...all.map(rank));
        const best = (all: readonly Priority[]) => Math.min(3, ...all.map(rank));
        expect(worst(ofBatches)).toBeLessThanOrEqual(best(leftOfBatches));
        expect(worst(takenSingles)).toBeLessThanOrEqual(best(leftSingles));
        // A single call waits only for calls of batches that are as urgent, or share with it.
        expect(worst(ofBatches)).toBeLessThanOrEqual(best(leftSingles));
        if (takenSingles.includes("low")) expect(best(leftOfBatches)).toBeGreaterThanOrEqual(rank("low"));
      }),
    );
  });
});

describe("the priorities of a batch", () => {
  it("are two numbers, and none where all are normal", () => {
    expect(batchPriorities(["normal", "normal"])).toEqual({});
    expect(batchPriorities(["high", "normal", "low", "low"])).toEqual({ highTo: 1, lowFrom: 2 });
    expect(batchPriorities(["high", "high"])).toEqual({ highTo: 2 });
    expect(batchPriorities(["low"])).toEqual({ lowFrom: 0 });
  });

  it("say of each of its calls which it has, and of what is left", () => {
    const all = fc
      .array(fc.constantFrom(...PRIORITIES))
      .map((of) => PRIORITIES.flatMap((one) => of.filter((other) => other === one)));
    fc.assert(
      fc.property(all, fc.nat(20), (priorities, from) => {
        const entry = { ...batchPriorities(priorities), count: priorities.length };
        expect(priorities.map((_, index) => priorityAt(entry, index))).toEqual(priorities);
        const left = leftByPriority({ ...entry, from }).flatMap(({ priority, left: of }) =>
          new Array(of).fill(priority),
        );
        expect(left).toEqual(priorities.slice(from));
      }),
    );
  });
});

/** Calls of high priority that come to wait, and one step after the other, in the reads and writes that they are made of. */
class World {
  readonly items: WaitingCall[] = [];
  /** Those that have come to wait, and were not counted yet. */
  added = 0;
  #named = 0;
  #loop = working();
  #seen: Loop | undefined;
  #listed: readonly WaitingCall[] | undefined;
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  isRead(loop = this.#loop): boolean {
    return prioritiesOf(loop).includes("high");
  }

  add(): void {
    this.#named += 1;
    this.items.push(urgent(`call ${this.#named}`));
    this.added += 1;
  }

  count(): void {
    if (this.added === 0) return;
    this.added -= 1;
    const counts = countsOfArrival("high").map((count) => [count, (this.#loop[count] ?? 0) + 1]);
    this.#loop = { ...this.#loop, ...Object.fromEntries(counts) };
  }

  see(): void {
    this.#seen = this.#loop;
    this.#listed = undefined;
  }

  list(): void {
    if (this.#seen === undefined) return;
    this.#listed = this.isRead(this.#seen) ? this.items.slice(0, this.#limit) : [];
  }

  /** What it has taken is dialed, or nothing of it where it dies. */
  write({ dials }: { dials: boolean }): void {
    const [seen, listed] = [this.#seen, this.#listed];
    if (seen === undefined || listed === undefined) return;
    this.#seen = undefined;
    const { next, singles, over, rests } = plan(seen, {
      waiting: [...listed],
      isAllListed: listed.length < this.#limit,
    });
    const isTooLate = rests && this.#loop.arrivals !== seen.arrivals;
    if (this.#loop.version !== seen.version || isTooLate) return;
    const { arrivals, arrivalsHigh } = this.#loop;
    this.#loop = { ...next, arrivals, ...(arrivalsHigh !== undefined && { arrivalsHigh }), dueMs: AT_MS, recentMs: [] };
    if (!dials) return;
    for (const [place, item] of this.items.entries())
      if (singles.includes(item.tid)) this.items[place] = { ...item, state: "over" };
    for (const { tid } of over)
      this.items.splice(
        this.items.findIndex((item) => item.tid === tid),
        1,
      );
  }
}

describe("the priorities that a step reads", () => {
  const arrivals = fc.array(fc.constantFrom("add" as const, "count" as const), { maxLength: 3 });
  const steps = fc.array(fc.record({ before: arrivals, seen: arrivals, listed: arrivals, dials: fc.boolean() }), {
    maxLength: 12,
  });

  it("are those at which any call waits that has arrived, however arrivals and steps meet", () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 3 }), (all, limit) => {
        const world = new World(limit);
        for (const { before, seen, listed, dials } of all) {
          for (const move of before) world[move]();
          world.see();
          for (const move of seen) world[move]();
          world.list();
          for (const move of listed) world[move]();
          world.write({ dials });
        }
        while (world.added > 0) world.count();
        if (world.items.some(({ state }) => state === "queued")) expect(world.isRead()).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it("are none but the normal one, once a step has seen that nothing waits", () => {
    const world = new World(9);
    world.add();
    world.count();
    const read: boolean[] = [];
    // It is taken, found over, and found gone.
    for (let step = 0; step < 3; step += 1) {
      read.push(world.isRead());
      world.see();
      world.list();
      world.write({ dials: true });
    }
    expect([read, world.isRead(), world.items]).toEqual([[true, true, true], false, []]);
  });
});
