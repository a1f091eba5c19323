/** Fine enough for quotas by the second, coarse enough to need no heap; and as long as one poll of a queue gathers. */
export const TICK_MS = 10;

/** Virtual time in ticks. What is due in one tick happens in the order in which it was scheduled. */
export class Calendar {
  readonly #ring: number[][];
  #tick = 0;
  #due = 0;

  constructor({ longestMs }: { longestMs: number }) {
    this.#ring = Array.from({ length: Math.ceil(longestMs / TICK_MS) + 2 }, () => []);
  }

  get nowMs(): number {
    return this.#tick * TICK_MS;
  }

  /** Never in the tick that is running: every effect takes a moment. */
  after(delayMs: number, happening: number): void {
    const ticks = Math.max(1, Math.round(delayMs / TICK_MS));
    if (ticks >= this.#ring.length) throw new RangeError(`${delayMs} ms is further away than this calendar goes`);
    this.#bucket(this.#tick + ticks).push(happening);
    this.#due += 1;
  }

  /** Until nothing is due any more. `poll` comes at the end of every tick in which something happened. */
  run({ handle, poll }: { handle: (happening: number) => void; poll: () => void }): void {
    for (; this.#due > 0; this.#tick += 1) {
      const bucket = this.#bucket(this.#tick);
      if (bucket.length === 0) continue;
      for (const happening of bucket) handle(happening);
      this.#due -= bucket.length;
      bucket.length = 0;
      poll();
    }
  }

  #bucket(tick: number): number[] {
    return this.#ring[tick % this.#ring.length] as number[];
  }
}
