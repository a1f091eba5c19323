import type { Random } from "./random.ts";

interface Happening {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
}

/** Virtual time: nothing happens but what was scheduled, one thing after the other, each to its next wait. */
export class World {
  readonly random: Random;
  readonly #heap: Happening[] = [];
  #nowMs = Date.UTC(2026, 0, 1);
  #order = 0;
  happenings = 0;

  constructor(random: Random) {
    this.random = random;
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, run: () => void): void {
    this.#push({ atMs: this.#nowMs + Math.max(0, delayMs), order: this.#order, run });
    this.#order += 1;
  }

  sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.after(delayMs, resolve));
  }

  /** Until nothing is scheduled any more. @throws {Error} when that does not come about within the bounds */
  async run({ daysMax, happeningsMax }: { daysMax: number; happeningsMax: number }): Promise<void> {
    const endMs = this.#nowMs + daysMax * 24 * 3_600_000;
    for (let next = this.#pop(); next !== undefined; next = this.#pop()) {
      if (this.happenings > happeningsMax) throw new Error(`still busy after ${happeningsMax} happenings`);
      if (next.atMs > endMs) throw new Error(`still busy after ${daysMax} days`);
      this.#nowMs = next.atMs;
      next.run();
      this.happenings += 1;
      // Everything that follows without waiting for virtual time has happened once the event loop comes round.
      await new Promise(setImmediate);
    }
  }

  #push(happening: Happening): void {
    const heap = this.#heap;
    let child = heap.push(happening) - 1;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!isBefore(happening, heap[parent] as Happening)) break;
      heap[child] = heap[parent] as Happening;
      child = parent;
    }
    heap[child] = happening;
  }

  #pop(): Happening | undefined {
    const heap = this.#heap;
    const [first] = heap;
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let parent = 0;
    for (;;) {
      let child = 2 * parent + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Happening, heap[child] as Happening)) child += 1;
      if (!isBefore(heap[child] as Happening, last)) break;
      heap[parent] = heap[child] as Happening;
      parent = child;
    }
    heap[parent] = last;
    return first;
  }
}

function isBefore(one: Happening, other: Happening): boolean {
  return one.atMs < other.atMs || (one.atMs === other.atMs && one.order < other.order);
}
