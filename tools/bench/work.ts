import { once } from "node:events";
import { performance } from "node:perf_hooks";
import { setTimeout } from "node:timers/promises";

/** Starts jobs at a fixed rate, however long each takes; the first failure ends it. */
export async function inTime(
  count: number,
  { perSecond }: { perSecond: number },
  job: (index: number) => Promise<unknown>,
): Promise<void> {
  const startMs = performance.now();
  const begun: Promise<unknown>[] = [];
  for (let index = 0; index < count; index += 1) {
    await setTimeout(Math.max(0, startMs + (index * 1_000) / perSecond - performance.now()));
    const running = job(index);
    // Heard of below. Until then nobody waits for it, which would end the process.
    running.catch(() => {});
    begun.push(running);
  }
  await Promise.all(begun);
}

/** A counter that can be awaited. */
export class Count {
  readonly #of: string;
  readonly #reached = new EventTarget();
  #value = 0;

  constructor(of: string) {
    this.#of = of;
  }

  get value(): number {
    return this.#value;
  }

  add(more = 1): void {
    this.#value += more;
    this.#reached.dispatchEvent(new Event("more"));
  }

  /** @throws {Error} when it takes longer */
  async reaches(goal: number, { withinSeconds }: { withinSeconds: number }): Promise<void> {
    const signal = AbortSignal.timeout(withinSeconds * 1000);
    while (this.#value < goal) {
      await once(this.#reached, "more", { signal }).catch(() => {
        throw new Error(`after ${withinSeconds} s there are ${this.#value} of ${goal} ${this.#of}`);
      });
    }
  }
}
