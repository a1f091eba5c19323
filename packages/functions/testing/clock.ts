import type { TimerClock } from "../src/ports/clock.ts";

export interface FakeClock extends TimerClock {
  set(now: string): void;
}

/** Stands still until it is set; `waitUntil` moves it forward. */
export function fakeClock(start: string): FakeClock {
  let now = start;
  return {
    now: () => new Date(now),
    async waitUntil(timeMs) {
      now = new Date(Math.max(timeMs, Date.parse(now))).toISOString();
    },
    set(to) {
      now = to;
    },
  };
}
