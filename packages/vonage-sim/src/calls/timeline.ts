import type { Cancel, Clock } from "../clock.ts";

interface Timer {
  readonly run: () => void;
  dueMs: number;
  stop: Cancel;
}

/**
 * The time of one call. It starts at the real date of the call, so that a fast clock does not run days ahead, and
 * passes at real speed while the call waits for a webhook's answer.
 */
export class Timeline {
  readonly #clock: Clock;
  readonly #beganAt: Date;
  readonly #timers = new Set<Timer>();
  /** On the clock: it moves on by what went by too quickly. */
  #beganMs: number;

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
    const timer: Timer = { run, dueMs: this.#clock.elapsedMs() + seconds * 1000, stop: () => {} };
    this.#timers.add(timer);
    this.#arm(timer);
    return () => this.#cancel(timer);
  }

  /** Awaits the answer in real time; timers that are set already pause meanwhile. */
  async inRealTime<Answer>(asked: Promise<Answer>): Promise<Answer> {
    const fromMs = this.#clock.elapsedMs();
    const waiting = [...this.#timers];
    for (const timer of waiting) timer.stop();
    try {
      return await asked;
    } finally {
      const passedMs = this.#clock.elapsedMs() - fromMs;
      const tooMuchMs = passedMs - passedMs / this.#clock.speed;
      this.#beganMs += tooMuchMs;
      for (const timer of waiting) {
        if (!this.#timers.has(timer)) continue;
        timer.dueMs += tooMuchMs;
        this.#arm(timer);
      }
    }
  }

  cancelAll(): void {
    for (const timer of [...this.#timers]) this.#cancel(timer);
  }

  #arm(timer: Timer): void {
    timer.stop = this.#clock.after(Math.max(0, timer.dueMs - this.#clock.elapsedMs()) / 1000, () => {
      this.#timers.delete(timer);
      timer.run();
    });
  }

  #cancel(timer: Timer): void {
    this.#timers.delete(timer);
    timer.stop();
  }
}
