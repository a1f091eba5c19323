import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import type { TimerClock } from "../ports/clock.ts";
import type { Random } from "../ports/random.ts";

export const clock: TimerClock = {
  now: () => new Date(),
  async waitUntil(timeMs) {
    // Node's timers may fire a millisecond early.
    for (let left = timeMs - Date.now(); left > 0; left = timeMs - Date.now()) await setTimeout(left);
  },
};

export const random: Random = { uuid: () => randomUUID(), next: () => Math.random() };
