import type { Cancel, Clock } from "./clock.ts";

interface Alarm {
  readonly run: () => void;
  dueMs: number;
  stop: Cancel;
}

/**
 * One call's own time: begins at the real date of the call, so a fast clock never runs days ahead of the world. While the
 * call waits for somebody real it goes by as slowly as theirs.
 */
export class Timeline {
  readonly #clock: Clock;
  readonly #beganAt: Date;
  readonly #alarms = new Set<Alarm>();
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
    const alarm: Alarm = { run, dueMs: this.#clock.elapsedMs() + seconds * 1000, stop: () => {} };
    this.#alarms.add(alarm);
    this.#arm(alarm);
    return () => this.#cancel(alarm);
  }

  /** Gives back what that gives. The alarms that are set already wait for it, and then for what is left of their time. */
  async inRealTime<Answer>(asked: Promise<Answer>): Promise<Answer> {
    const fromMs = this.#clock.elapsedMs();
    const waiting = [...this.#alarms];
    for (const alarm of waiting) alarm.stop();
    try {
      return await asked;
    } finally {
      const passedMs = this.#clock.elapsedMs() - fromMs;
      const tooMuchMs = passedMs - passedMs / this.#clock.speed;
      this.#beganMs += tooMuchMs;
      for (const alarm of waiting) {
        if (!this.#alarms.has(alarm)) continue;
        alarm.dueMs += tooMuchMs;
        this.#arm(alarm);
      }
    }
  }

  cancelAll(): void {
    for (const alarm of [...this.#alarms]) this.#cancel(alarm);
  }

  #arm(alarm: Alarm): void {
    alarm.stop = this.#clock.after(Math.max(0, alarm.dueMs - this.#clock.elapsedMs()) / 1000, () => {
      this.#alarms.delete(alarm);
      alarm.run();
    });
  }

  #cancel(alarm: Alarm): void {
    this.#alarms.delete(alarm);
    alarm.stop();
  }
}
