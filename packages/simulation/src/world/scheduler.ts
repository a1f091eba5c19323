import { ANY_DURATIONS, type Durations } from "./durations.ts";
import type { Random } from "./random.ts";

interface ScheduledStep {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
}

/** Virtual time: runs scheduled steps one after the other, each until its next wait. */
export class Scheduler {
  readonly random: Random;
  readonly durations: Durations;
  readonly #heap: ScheduledStep[] = [];
  #nowMs = Date.UTC(2026, 0, 1);
  #order = 0;
  steps = 0;

  constructor(random: Random, durations: Durations = ANY_DURATIONS) {
    this.random = random;
    this.durations = durations;
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

  /** Runs until nothing is scheduled, or what was asked is over. @throws {Error} when that exceeds the bounds */
  async run({
    daysMax,
    stepsMax,
    isOver,
  }: {
    daysMax: number;
    stepsMax: number;
    isOver?: () => boolean;
  }): Promise<void> {
    const endMs = this.#nowMs + daysMax * 24 * 3_600_000;
    for (let next = this.#pop(); next !== undefined; next = this.#pop()) {
      if (this.steps > stepsMax) throw new Error(`still busy after ${stepsMax} steps`);
      if (next.atMs > endMs) throw new Error(`still busy after ${daysMax} days`);
      this.#nowMs = next.atMs;
      next.run();
      this.steps += 1;
      // Lets everything run that does not wait for virtual time.
      await new Promise(setImmediate);
      if (isOver?.()) return;
    }
  }

  #push(step: ScheduledStep): void {
    const heap = this.#heap;
    let child = heap.push(step) - 1;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!isBefore(step, heap[parent] as ScheduledStep)) break;
      heap[child] = heap[parent] as ScheduledStep;
      child = parent;
    }
    heap[child] = step;
  }

  #pop(): ScheduledStep | undefined {
    const heap = this.#heap;
    const [first] = heap;
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let parent = 0;
    for (;;) {
      let child = 2 * parent + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1] as ScheduledStep, heap[child] as ScheduledStep))
        child += 1;
      if (!isBefore(heap[child] as ScheduledStep, last)) break;
      heap[parent] = heap[child] as ScheduledStep;
      parent = child;
    }
    heap[parent] = last;
    return first;
  }
}

function isBefore(one: ScheduledStep, other: ScheduledStep): boolean {
  return one.atMs < other.atMs || (one.atMs === other.atMs && one.order < other.order);
}
