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

/** Production, with functions that take for each request what they take here, on the share that they have of Lambda's processor. */
export async function deployed(say: (progress: string) => void, effort: Effort): Promise<Deployed> {
  const [stacks, { requestMs, slowness }] = [await evaluateStacks(), await ownCpu(say, effort)];
  const memoryMb = new Map(stacks.graph.functions.map((fn) => [fn.handler, fn.memoryMb]));
  const work: Durations["work"] = (handler) =>
    slowedMs(
      (requestMs.get(path.basename(path.dirname(handler))) ?? 0) / slowness,
      memoryMb.get(handler) ?? Number.NaN,
    );
  return {
    stacks,
    durations: statedDurations({ work, hasChance: true }),
    medians: statedDurations({ work, hasChance: false }),
  };
}
