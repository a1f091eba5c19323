import { Backlog } from "./backlog.ts";
import type { Message } from "./life.ts";

export interface MappingOptions {
  readonly batchSize: number;
  readonly maximumConcurrency: number;
}

const NOTHING = { invocations: 0, inFlight: 0, delayed: 0, waiting: 0, oldestMs: 0, batchMs: 0 };

/** A queue and the function that takes from it, so many batches at a time. Counts how full it all gets. */
export class Mapping {
  readonly #options: MappingOptions;
  readonly #backlog = new Backlog<Message>();
  #invocations = 0;
  #inFlight = 0;
  #delayed = 0;
  peak = { ...NOTHING };

  constructor(options: MappingOptions) {
    this.#options = options;
  }

  hold(): void {
    this.#delayed += 1;
    this.peak.delayed = Math.max(this.peak.delayed, this.#delayed);
  }

  /** A message that was held is visible from now on. */
  show(message: Message, nowMs: number): void {
    this.#delayed -= 1;
    this.#backlog.push(message, nowMs);
  }

  /** A batch that can be worked on now; none where nothing waits or everybody is busy. */
  takeBatch(nowMs: number): readonly Message[] | undefined {
    this.peak.waiting = Math.max(this.peak.waiting, this.#backlog.size);
    if (this.#backlog.size === 0 || this.#invocations >= this.#options.maximumConcurrency) return undefined;
    this.peak.oldestMs = Math.max(this.peak.oldestMs, this.#backlog.oldestMs(nowMs));
    const batch = this.#backlog.take(this.#options.batchSize);
    this.#invocations += 1;
    this.#inFlight += batch.length;
    this.peak.invocations = Math.max(this.peak.invocations, this.#invocations);
    this.peak.inFlight = Math.max(this.peak.inFlight, this.#inFlight);
    return batch;
  }

  tookMs(batchMs: number): void {
    this.peak.batchMs = Math.max(this.peak.batchMs, batchMs);
  }

  finish(messages: number): void {
    this.#invocations -= 1;
    this.#inFlight -= messages;
  }

  /** Measures anew. */
  forget(): void {
    this.peak = { ...NOTHING };
  }
}
