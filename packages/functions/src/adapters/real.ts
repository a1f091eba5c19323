import { randomUUID } from "node:crypto";
import type { Chance, Clock } from "../ports.ts";

export const clock: Clock = { now: () => new Date() };

export const chance: Chance = { id: () => randomUUID(), random: () => Math.random() };
