import type { TimerClock } from "@promptcall/functions/ports/clock";
import type { Io } from "@promptcall/functions/testing/io";
import { UnavailableError } from "../errors.ts";
import { type Faults, SLOWEST_MS } from "./faults.ts";
import type { Lineage } from "./lineage.ts";
import type { Outages, Service } from "./outages.ts";
import type { Scheduler } from "./scheduler.ts";

interface ProcessOptions {
  readonly scheduler: Scheduler;
  readonly faults: Faults;
  readonly outages: Outages;
  readonly timeoutSeconds: number;
  /** What it does by itself for each request, with the one processor that it has: nothing when left out. */
  readonly workMs?: number;
  /** How many more processes may crash. */
  readonly deaths: { left: number };
  /** The chain of messages that led here, this run included. */
  readonly lineage: Lineage;
  readonly onDeath: () => void;
}

/** The latest request at which a process may crash. */
const LATEST_CRASH = 50;

/**
 * One invocation of a function. Every request to the outside goes through it and may crash it: then its promise never
 * settles, so that no `catch` or `finally` runs, as after a power cut.
 */
export class Process {
  readonly lineage: Lineage;
  readonly #scheduler: Scheduler;
  readonly #faults: Faults;
  readonly #outages: Outages;
  readonly #skewMs: number;
  readonly #workMs: number;
  readonly #onDeath: () => void;
  /** How many requests it makes before it dies over one. */
  #requestsLeft: number;
  #alive = true;
  /** Until when its processor is taken. */
  #worksUntilMs = 0;

  constructor({ scheduler, faults, outages, timeoutSeconds, workMs = 0, deaths, lineage, onDeath }: ProcessOptions) {
    this.#workMs = workMs;
    this.lineage = lineage;
    this.#scheduler = scheduler;
    this.#faults = faults;
    this.#outages = outages;
    this.#onDeath = onDeath;
    // Mostly at an early request, but sometimes in the middle of many calls.
    const isDoomed = scheduler.random.chance(faults.crash) && deaths.left > 0;
    if (isDoomed) deaths.left -= 1;
    this.#requestsLeft = isDoomed ? Math.floor(scheduler.random.next() ** 2 * LATEST_CRASH) : Number.POSITIVE_INFINITY;
    this.#skewMs = scheduler.random.between(-1, 1) * faults.clockSkewSeconds * 1000;
    scheduler.after(timeoutSeconds * 1000, () => this.#die());
  }

  readonly clock: TimerClock = {
    now: () => new Date(this.#nowMs()),
    waitUntil: (timeMs) =>
      new Promise((resolve) => {
        this.#scheduler.after(Math.max(0, timeMs - this.#nowMs()), () => this.#whenFree(resolve));
      }),
  };

  /** Ends the process: later requests have no effect. */
  end(): void {
    this.#alive = false;
  }

  /** The `Io` of a service for a port. */
  ioTo(service: Service): Io {
    return (effect) => this.#io(service, effect);
  }

  #io<Value>(service: Service, effect: () => Value): Promise<Value> {
    const { random } = this.#scheduler;
    const faults = this.#faults;
    return new Promise((resolve, reject) => {
      this.#ask(service, () => {
        const isLast = this.#isLastRequest();
        if (isLast && random.chance(0.5)) return this.#die();
        if (this.#outages.isDown(service, this.#scheduler.nowMs)) return reject(new UnavailableError(`no ${service}`));
        if (random.chance(faults.throttle)) return reject(new UnavailableError("throttled"));
        let answer = attempt(effect);
        if (random.chance(faults.repeatAfterLostAnswer)) answer = attempt(effect);
        if (isLast) return this.#die();
        if (random.chance(faults.failAfterLostAnswer)) return reject(new UnavailableError("no answer"));
        this.#later(service, () =>
          this.#whenFree(() => ("error" in answer ? reject(answer.error) : resolve(answer.value))),
        );
      });
    });
  }

  /** Calls the carrier or a customer, whose faults are part of the answer; only this process may crash. */
  callOutside<Answer>(effect: () => { answer: Answer; afterMs: number }): Promise<Answer> {
    const { random } = this.#scheduler;
    return new Promise((resolve) => {
      this.#ask("outside", () => {
        const isLast = this.#isLastRequest();
        if (isLast && random.chance(0.5)) return this.#die();
        const { answer, afterMs } = effect();
        if (isLast) return this.#die();
        this.#scheduler.after(afterMs, () => this.#whenFree(() => resolve(answer)));
      });
    });
  }

  #isLastRequest(): boolean {
    this.#requestsLeft -= 1;
    return this.#requestsLeft < 0;
  }

  #nowMs(): number {
    return Math.round(this.#scheduler.nowMs + this.#skewMs);
  }

  /** What several requests ask of the processor is done one after the other. */
  #ask(to: Service | "outside", run: () => void): void {
    const { nowMs } = this.#scheduler;
    this.#worksUntilMs = Math.max(nowMs, this.#worksUntilMs) + this.#workMs;
    this.#later(to, run, this.#worksUntilMs - nowMs);
  }

  #later(to: Service | "outside", run: () => void, workMs = 0): void {
    const { random, durations } = this.#scheduler;
    const slowMs = random.chance(this.#faults.slowRequest) ? random.between(0, SLOWEST_MS) : 0;
    this.#scheduler.after(workMs + durations.way(random, to) + slowMs, () => {
      if (this.#alive) run();
    });
  }

  /** Whatever it has waited for is heard when the processor has done what it was asked before. */
  #whenFree(run: () => void): void {
    const leftMs = this.#worksUntilMs - this.#scheduler.nowMs;
    if (leftMs > 0) this.#scheduler.after(leftMs, () => this.#whenFree(run));
    else if (this.#alive) run();
  }

  #die(): void {
    if (!this.#alive) return;
    this.#alive = false;
    this.#onDeath();
  }
}

function attempt<Value>(effect: () => Value): { value: Value } | { error: unknown } {
  try {
    return { value: effect() };
  } catch (error) {
    return { error };
  }
}
