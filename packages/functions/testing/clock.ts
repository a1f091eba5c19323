import type { TimerClock } from "../src/ports/clock.ts";

export interface FakeClock extends TimerClock {
  set(now: string): void;
}

/** Stands still until it is set; whoever waits for a time moves it forward, and of several the one with the earliest first. */
export function fakeClock(start: string): FakeClock {
  let now = start;
  const waits: { readonly timeMs: number; readonly goOn: () => void }[] = [];
  const next = () => {
    const first = waits.toSorted((one, other) => one.timeMs - other.timeMs)[0];
    if (first === undefined) return;
    waits.splice(waits.indexOf(first), 1);
    now = new Date(Math.max(first.timeMs, Date.parse(now))).toISOString();
    first.goOn();
  };
  return {
    now: () => new Date(now),
    waitUntil: (timeMs) =>
      new Promise((goOn) => {
        waits.push({ timeMs, goOn });
        setImmediate(next);
      }),
    set(to) {
      now = to;
    },
  };
}
