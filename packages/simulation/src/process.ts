import type { Alarm } from "@promptcall/functions/ports";
import type { Faults } from "./faults.ts";
import type { World } from "./world.ts";

/** A service that could not be had for now; the client's own tries are over. */
export class UnavailableError extends Error {
  override readonly name = "UnavailableError";
}

/**
 * One invocation of a function. Everything it asks of the outside goes through `io`, where it may die: then the promise
 * it waits for never settles, so that no `catch` and no `finally` of it runs, as after a power cut.
 */
export class Process {
  readonly #world: World;
  readonly #faults: Faults;
  readonly #skewMs: number;
  readonly #onDeath: () => void;
  #alive = true;

  constructor({
    world,
    faults,
    timeoutSeconds,
    onDeath,
  }: {
    world: World;
    faults: Faults;
    timeoutSeconds: number;
    onDeath: () => void;
  }) {
    this.#world = world;
    this.#faults = faults;
    this.#onDeath = onDeath;
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

  io<Value>(effect: () => Value): Promise<Value> {
    const { random } = this.#world;
    const faults = this.#faults;
    return new Promise((resolve, reject) => {
      this.#later(() => {
        if (random.chance(faults.crashBefore)) return this.#die();
        if (random.chance(faults.throttle)) return reject(new UnavailableError("throttled"));
        let answer = attempt(effect);
        if (random.chance(faults.repeatAfterLostAnswer)) answer = attempt(effect);
        if (random.chance(faults.crashAfter)) return this.#die();
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
        if (random.chance(this.#faults.crashBefore)) return this.#die();
        const { answer, afterMs } = effect();
        if (random.chance(this.#faults.crashAfter)) return this.#die();
        this.#world.after(afterMs, () => this.#alive && resolve(answer));
      });
    });
  }

  #nowMs(): number {
    return Math.round(this.#world.nowMs + this.#skewMs);
  }

  #later(run: () => void): void {
    this.#world.after(this.#world.random.between(1, 30), () => {
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
