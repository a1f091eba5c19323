import type { Clock } from "@promptcall/functions/ports";

export interface ClockTwin extends Clock {
  set(now: string): void;
}

/** Stands still until it is set. */
export function clockTwin(start: string): ClockTwin {
  let now = start;
  return {
    now: () => new Date(now),
    set(to) {
      now = to;
    },
  };
}
