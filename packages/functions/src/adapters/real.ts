import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import type { Chance } from "../ports/chance.ts";
import type { Alarm } from "../ports/clock.ts";

export const clock: Alarm = {
  now: () => new Date(),
  async reaches(timeMs) {
    // A timer may ring a millisecond early.
    for (let left = timeMs - Date.now(); left > 0; left = timeMs - Date.now()) await setTimeout(left);
  },
};

export const chance: Chance = { id: () => randomUUID(), random: () => Math.random() };
