import type { Alarm } from "@promptcall/functions/ports/clock";
import { UnavailableError } from "./errors.ts";
import { type Faults, SLOWEST_MS } from "./faults.ts";
import type { Lineage } from "./lineage.ts";
import type { Outages, Service } from "./outages.ts";
import type { Io } from "./twins/io.ts";
import type { World } from "./world.ts";

interface ProcessOptions {
  readonly world: World;
  readonly faults: Faults;
  readonly outages: Outages;
  readonly timeoutSeconds: number;
  /** How many more processes may die of their own accord. */
  readonly deaths: { left: number };
  /** The chain of messages that led to it, itself included. */
  readonly lineage: Lineage;
  readonly onDeath: () => void;
}

/** Of the requests of a process that dies, the last one may be so far down. */
const LATEST_CRASH = 50;

/**
 * One invocation of a function. Everything it asks of the outside goes through it, where it may die: then the promise
 * it waits for never settles, so that no `catch` and no `finally` of it runs, as after a power cut.
 */
export class Process {
  readonly lineage: Lineage;
  readonly #world: World;
  readonly #faults: Faults;
  readonly #outages: Outages;
  readonly #skewMs: number;
  readonly #onDeath: () => void;
  /** How many requests it makes before it dies over one. */
  #requestsLeft: number;
  #alive = true;

  constructor({ world, faults, outages, timeoutSeconds, deaths, lineage, onDeath }: ProcessOptions) {
    this.lineage = lineage;
    this.#world = world;
    this.#faults = faults;
    this.#outages = outages;
    this.#onDeath = onDeath;
    // Mostly early, where a function does most of what it does in an order; but also in the midst of many calls.
    const isDoomed = world.random.chance(faults.crash) && deaths.left > 0;
    if (isDoomed) deaths.left -= 1;
    this.#requestsLeft = isDoomed ? Math.floor(world.random.next() ** 2 * LATEST_CRASH) : Number.POSITIVE_INFINITY;
    this.#skewMs = world.random.between(-1, 1) * faults.clockSkewSeconds * 1000;
    world.after(timeoutSeconds * 1000, () => this.#die());
  }

  readonly clock: Alarm = {
    now: () => new Date(this.#nowMs()),
    reaches: (timeMs) =>
      new Promise((resolve) => {
        this.#world.after(Math.max(0, timeMs - this.#nowMs()), () => this.#alive && resolve());
      }),
  };

  /** What was done by then is done; what comes after is not. */
  end(): void {
    this.#alive = false;
  }

  /** The way to a service, as a port takes it. */
  ioTo(service: Service): Io {
    return (effect) => this.#io(service, effect);
  }

  #io<Value>(service: Service, effect: () => Value): Promise<Value> {
    const { random } = this.#world;
    const faults = this.#faults;
    return new Promise((resolve, reject) => {
      this.#later(() => {
        const isLast = this.#isLastRequest();
        if (isLast && random.chance(0.5)) return this.#die();
        if (this.#outages.isDown(service, this.#world.nowMs)) return reject(new UnavailableError(`no ${service}`));
        if (random.chance(faults.throttle)) return reject(new UnavailableError("throttled"));
        let answer = attempt(effect);
        if (random.chance(faults.repeatAfterLostAnswer)) answer = attempt(effect);
        if (isLast) return this.#die();
        if (random.chance(faults.failAfterLostAnswer)) return reject(new UnavailableError("no answer"));
        this.#later(() => ("error" in answer ? reject(answer.error) : resolve(answer.value)));
      });
    });
  }

  /** Reaches out to a stranger, whose own faults are in its answer; only the process itself may die over it. */
  reach<Answer>(effect: () => { answer: Answer; afterMs: number }): Promise<Answer> {
    const { random } = this.#world;
    return new Promise((resolve) => {
      this.#later(() => {
        const isLast = this.#isLastRequest();
        if (isLast && random.chance(0.5)) return this.#die();
        const { answer, afterMs } = effect();
        if (isLast) return this.#die();
        this.#world.after(afterMs, () => this.#alive && resolve(answer));
      });
    });
  }

  #isLastRequest(): boolean {
    this.#requestsLeft -= 1;
    return this.#requestsLeft < 0;
  }

  #nowMs(): number {
    return Math.round(this.#world.nowMs + this.#skewMs);
  }

  #later(run: () => void): void {
    const { random } = this.#world;
    const slowMs = random.chance(this.#faults.slowRequest) ? random.between(0, SLOWEST_MS) : 0;
    this.#world.after(random.between(1, 30) + slowMs, () => {
      if (this.#alive) run();
    });
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
