import { once } from "node:events";
import { performance } from "node:perf_hooks";

/** Runs so many jobs, a number of them at the same time; the first that fails ends it. */
export async function inParallel(
  count: number,
  { concurrency }: { concurrency: number },
  job: (index: number) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) await job(next++);
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, count) }, worker));
}

export async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  await work();
  return (performance.now() - startMs) / 1000;
}

/** Counts what happens, and tells when it has happened so often. */
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
