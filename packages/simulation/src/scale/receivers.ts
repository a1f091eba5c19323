import { KeyMeter } from "./meter.ts";

/** What is asked of the item of each application's server. Servers answer within the second, so nobody takes a place. */
export class Receivers {
  /** By the second, of the item that has most of them. */
  readonly reads = new KeyMeter();
  readonly #inBatch = new Set<number>();

  /** One look is shared by all of a batch that go to the same receiver. */
  enter(application: number, nowMs: number): void {
    if (this.#inBatch.has(application)) return;
    this.#inBatch.add(application);
    this.reads.add(application, nowMs, 1);
  }

  endOfBatch(): void {
    this.#inBatch.clear();
  }
}
