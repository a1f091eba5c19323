import type { Cancel, Clock } from "./clock.ts";

/** One call's own time: begins at the real date of the call, so a fast clock never runs days ahead of the world. */
export class Timeline {
  readonly #clock: Clock;
  readonly #beganMs: number;
  readonly #beganAt: Date;
  readonly #cancels = new Set<Cancel>();

  constructor(clock: Clock, beganAt: Date) {
    this.#clock = clock;
    this.#beganMs = clock.elapsedMs();
    this.#beganAt = beganAt;
  }

  now(): Date {
    return new Date(this.#beganAt.getTime() + this.#clock.elapsedMs() - this.#beganMs);
  }

  ageSeconds(): number {
    return (this.#clock.elapsedMs() - this.#beganMs) / 1000;
  }

  after(seconds: number, run: () => void): Cancel {
    const stopAlarm = this.#clock.after(seconds, () => {
      this.#cancels.delete(cancel);
      run();
    });
    const cancel = () => {
      this.#cancels.delete(cancel);
      stopAlarm();
    };
    this.#cancels.add(cancel);
    return cancel;
  }

  cancelAll(): void {
    for (const cancel of [...this.#cancels]) cancel();
  }
}
