import type { Clock } from "../../src/ports.ts";

export interface MemoryClock extends Clock {
  set(now: string): void;
}

/** Stands still until it is set. */
export function memoryClock(start: string): MemoryClock {
  let now = start;
  return {
    now: () => new Date(now),
    set(to) {
      now = to;
    },
  };
}
