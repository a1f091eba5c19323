import path from "node:path";
import { evaluateStacks, type Stacks } from "@promptcall/simulation/cloud/stacks";
import type { Durations } from "@promptcall/simulation/world/durations";
import { ownCpu } from "../alone/cpu.ts";
import type { Effort } from "../figure.ts";
import { slowedMs, statedDurations } from "./durations.ts";

export interface Deployed {
  readonly stacks: Stacks;
  readonly durations: Durations;
  /** Every step at its median. */
  readonly medians: Durations;
}

/** Production, with functions that take for each request as long as here, on the share of a processor that they have. */
export async function deployed(say: (progress: string) => void, effort: Effort): Promise<Deployed> {
  const [stacks, { requestMs }] = [await evaluateStacks(), await ownCpu(say, effort)];
  const memoryMb = new Map(stacks.graph.functions.map((fn) => [fn.handler, fn.memoryMb]));
  const work: Durations["work"] = (handler) =>
    slowedMs(requestMs.get(path.basename(path.dirname(handler))) ?? 0, memoryMb.get(handler) ?? Number.NaN);
  return {
    stacks,
    durations: statedDurations({ work, hasChance: true }),
    medians: statedDurations({ work, hasChance: false }),
  };
}
