import type { Alarm } from "@promptcall/functions/ports/clock";

export interface ClockTwin extends Alarm {
  set(now: string): void;
}

/** Stands still until it is set; whoever waits for a time is taken there. */
export function clockTwin(start: string): ClockTwin {
  let now = start;
  return {
    now: () => new Date(now),
    async reaches(timeMs) {
      now = new Date(Math.max(timeMs, Date.parse(now))).toISOString();
    },
    set(to) {
      now = to;
    },
  };
}
