import { callsOfStep, LARGEST_DIAL_GROUP, STEP_MS, WATCHDOG_RENEWAL_MS } from "@promptcall/core/dialing/loop";
import { JOURNEYS, stepsOf } from "./journeys.ts";
import type { StepName } from "./operations.ts";

/** How often each step is done for one call, from its request to its deadline; delivered at the first attempt. */
export interface Path {
  readonly name: string;
  readonly steps: Readonly<Partial<Record<StepName, number>>>;
  /** Calls that one invocation dials. */
  readonly together: number;
}

const CALLS_OF_BATCH = 1_000;

export function dialedNow(): Path {
  return { name: "single, dialed now", together: 1, steps: { accept: 1, dialNow: 1, deadlines: 1, ...afterDialing() } };
}

/** Behind a few others in a loop at work. */
export function waited(callsPerSecond: number): Path {
  const { together, steps } = ofLoop(callsPerSecond);
  const own = { acceptWaiting: 1, ofSingles: 1 / callsOfStep(callsPerSecond), single: 1 };
  return { name: `single, waits, ${callsPerSecond}/s`, together, steps: { ...own, ...steps, ...afterDialing() } };
}

export function ofBatch(callsPerSecond: number): Path {
  const { together, steps } = ofLoop(callsPerSecond);
  const calls = callsOfStep(callsPerSecond);
  const each = { addToBatch: 1, [calls > LARGEST_DIAL_GROUP ? "callOfPart" : "callOfBatch"]: 1, list: 1 };
  const once = 1 / CALLS_OF_BATCH;
  const own = { acceptBatch: once, rest: once, count: once, ofBatch: 1 / calls, ...each };
  return { name: `of a batch, ${callsPerSecond}/s`, together, steps: { ...own, ...steps, ...afterDialing() } };
}

/** What a loop at work comes to for each of its calls, whatever these are; one deadline is set for those dialed together. */
function ofLoop(callsPerSecond: number): Omit<Path, "name"> {
  const calls = callsOfStep(callsPerSecond);
  const together = Math.min(calls, LARGEST_DIAL_GROUP);
  const watched = STEP_MS / WATCHDOG_RENEWAL_MS / calls;
  const dialing = calls > LARGEST_DIAL_GROUP ? { handOn: 1 / calls, part: 1 / together } : { together: 1 / together };
  return { together, steps: { step: 1 / calls, watch: watched, stale: watched, deadlines: 1 / together, ...dialing } };
}

/** What an average call comes to once it was dialed. */
function afterDialing(): Path["steps"] {
  const steps: Partial<Record<StepName, number>> = { heard: 1 };
  for (const journey of Object.values(JOURNEYS))
    for (const step of stepsOf(journey)) steps[step] = (steps[step] ?? 0) + journey.share;
  return steps;
}
