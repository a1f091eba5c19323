import { MOST_CALLS_OF_BATCH } from "@promptcall/core/call/batch";
import { TimingSchema } from "@promptcall/core/contracts/request";
import { callsThatFit } from "@promptcall/core/dialing/estimate";
import {
  callsOfStep,
  LARGEST_DIAL_GROUP,
  MOST_BATCHES_OF_LOOP,
  newLoop,
  stepIntervalMs,
} from "@promptcall/core/dialing/loop";
import { stageConfig } from "../../stacks/config.ts";
import { REQUESTS } from "./operations.ts";

const { throttle } = stageConfig("production");

/** Of one item. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html */
const WRITES_OF_ITEM = 1_000;
const WRITE_UNIT_BYTES = 1_024;

const WANTED_MS = TimingSchema.parse({}).expires_in * 1_000;

/** What one loop comes to at its pace, with nothing else beside it. */
export function paceOf(callsPerSecond: number) {
  const calls = callsOfStep(callsPerSecond);
  const everyMs = stepIntervalMs(callsPerSecond);
  const wanted = { count: MOST_BATCHES_OF_LOOP * MOST_CALLS_OF_BATCH, startMs: 0, byMs: WANTED_MS };
  return {
    calls,
    everyMs,
    dialedPerSecond: (calls * 1_000) / everyMs,
    parts: calls > LARGEST_DIAL_GROUP ? Math.ceil(calls / LARGEST_DIAL_GROUP) : 0,
    // For the default `expires_in`, as the domain has it.
    acceptedAtMost: callsThatFit(wanted, { loop: newLoop(callsPerSecond), nowMs: 0 }),
  };
}

/** How many writes a second the item of a loop takes that is so large. Each request that is accepted is one, and each step. */
export function writesOfLoop(bytes: number): number {
  return WRITES_OF_ITEM / Math.ceil(bytes / WRITE_UNIT_BYTES);
}

/** One application asks for so many at once. The gateway counts all customers together. */
export function burstOf({ calls, callsPerSecond }: { calls: number; callsPerSecond: number }) {
  const pace = paceOf(callsPerSecond);
  const accepted = Math.min(calls, pace.acceptedAtMost);
  return {
    accepted,
    dialedWithinSeconds: (Math.ceil(accepted / pace.calls) * pace.everyMs) / 1_000,
    batches: Math.ceil(calls / MOST_CALLS_OF_BATCH),
    writesOfBatch: MOST_CALLS_OF_BATCH * REQUESTS["calls.add each"].writeUnits,
    singlesLetInWithinSeconds: Math.max(0, calls - throttle.burst) / throttle.requestsPerSecond,
  };
}
