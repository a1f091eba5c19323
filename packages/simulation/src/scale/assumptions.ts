import { stageConfig } from "../../../../stacks/config.ts";
import { type FunctionName, type Operation, operationsOf, STEPS, type StepName } from "./operations.ts";

/**
 * What nobody has measured in AWS yet, and everything below depends on. Replace these by what the dashboards show:
 * every figure follows.
 */

/** From asking to the answer, in ms, as a function sees it: the client's own work is in it. */
const OPERATION_MS: Readonly<Record<Operation, number>> = {
  "paces.reserve": 13,
  "paces.refuse": 5,
  "paces.read": 5,
  "paces.slow": 13,
  "batches.add": 8,
  "hops.made": 5,
  "hops.make": 8,
  "calls.add": 10,
  "calls.find": 8,
  "calls.spec": 5,
  "calls.state": 5,
  "calls.save": 8,
  "deliveries.read": 5,
  "deliveries.heardOf": 8,
  "deliveries.add": 8,
  "receivers.enter": 5,
  "receivers.stay": 13,
  "receivers.leave": 8,
  "receivers.refuse": 5,
  "bus.publish": 20,
  "dial.send": 12,
  "timers.send": 12,
  "firsts.send": 12,
  "callbacks.send": 12,
  "carrier.placeCall": 400,
  "carrier.findCall": 200,
  "sender.send": 250,
};

/** A refusal comes from the carrier's door. */
const REFUSED_BY_CARRIER_MS = 100;

/** Parsing, hashing, signing and logging, for each message or request, with half a GB of memory. */
export const OWN_MS = 5;
const OWN_MS_GB = 0.5;

/** How long a step takes on average: its operations, as if one came after the other. */
export function stepMs(step: StepName): number {
  const asked = operationsOf(step).reduce((sum, [operation, times]) => sum + times * msOf(operation, step), 0);
  return asked + ownMs(memoryGbOf(STEPS[step].function));
}

export function ownMs(memoryGb: number): number {
  return (OWN_MS * OWN_MS_GB) / memoryGb;
}

function msOf(operation: Operation, step: StepName): number {
  return step === "limited" && operation === "carrier.placeCall" ? REFUSED_BY_CARRIER_MS : OPERATION_MS[operation];
}

/** Sigma of the lognormal spread of each duration: one in a hundred takes 2.8 times the average. */
export const SPREAD = 0.5;

/** Calls of one request are written in so many rounds, one after the other. */
const WRITTEN_AT_ONCE = 16 * 25;

/** What so many calls add to the time of a request that asks for many. */
export function addingMs(calls: number): number {
  return Math.ceil(calls / WRITTEN_AT_ONCE) * OPERATION_MS["calls.add"];
}

/** From the bus to a queue. */
export const BUS_MS = 100;

/** The busiest hour against the average of the day. */
export const PEAK_FACTOR = 3;

/** Default of the carrier, for each account. `docs/scale.md` has the source. */
export const CARRIER_CALLS_PER_SECOND = 3;

/** How much of that an application uses at the peak. Much closer to 1, and it is limited before anything of ours is. */
export const CARRIER_LOAD = 1 / 10;

const { working, waiting } = stageConfig("production").memoryMb;
const WORKING: ReadonlySet<FunctionName> = new Set(["api", "dialer", "webhooks", "reducer"]);

/** As the stacks have it. A function with half as much takes twice as long for its own work. */
export function memoryGbOf(name: FunctionName): number {
  return (WORKING.has(name) ? working : waiting) / 1_024;
}

/** The line of each unit of work, and the one of metrics where it is measured; Lambda's own lines are off. */
export const LOG_BYTES = { line: 180, metrics: 300 };

/** What leaves AWS for the carrier and for a customer's server: request lines, headers and bodies. */
export const OUT_BYTES = { "carrier.placeCall": 2_500, "sender.send": 1_000, answerToWebhook: 400 };
