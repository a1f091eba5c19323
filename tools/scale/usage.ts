import { CLAIM_LEAD_MS, REQUEST_GAP_MS, STEP_SPREAD_MS } from "@promptcall/core/dialing/loop";
import { stageConfig } from "../../stacks/config.ts";
import { COMMAND_MS, LOG_BYTES, memoryGbOf, OUT_BYTES, OUTSIDE_MS, ownMs, SLOWEST_OF_BATCH } from "./assumptions.ts";
import {
  type FunctionName,
  type Operation,
  REQUESTS,
  type Requests,
  STEPS,
  type StepName,
  stepOf,
} from "./operations.ts";
import type { Path } from "./paths.ts";

/** What one call asks of each part of the cloud. */
export type Usage = ReturnType<typeof usageOf>;

/** Done in the invocation of another step, as often as that has use for it. */
const PARTS: ReadonlySet<StepName> = new Set([
  ...(["addToBatch", "together", "ofBatch", "callOfBatch", "ofSingles", "single", "handOn", "callOfPart"] as const),
  ...(["watch", "list", "heard"] as const),
]);
/** Steps that begin with an event that a rule has handed to their queue. */
const FROM_THE_BUS: ReadonlySet<StepName> = new Set(["fold", "end", "complete", "deliver"]);
/** Steps that measure nothing: they are as many as their function has invocations. */
const UNMEASURED: ReadonlySet<StepName> = new Set(["unheard", "status", "digits", "fold", "end"]);
/** Asked over HTTP; all other functions take messages. */
const ASKED: ReadonlySet<FunctionName> = new Set(["api", "webhooks"]);

const FUNCTIONS = Object.keys(STEPS) as readonly FunctionName[];
const { batchSize } = stageConfig("production");

export function usageOf({ steps, together }: Path) {
  const counts = Object.entries(steps) as [StepName, number][];
  const sum = (of: (step: StepName) => number) => counts.reduce((total, [step, times]) => total + times * of(step), 0);
  const sumOf = (of: (operation: Operation) => number) =>
    sum((step) => stepOf(step).operations.reduce((total, [operation, times]) => total + times * of(operation), 0));
  const invoked = (is: (name: FunctionName) => boolean) =>
    sum((step) => (!PARTS.has(step) && is(stepOf(step).function) ? 1 : 0));
  const secondsOf = (name: FunctionName, slowest: number) =>
    sum((step) => (stepOf(step).function === name ? waitsMs(step, together) + slowest * worksMs(step) : 0)) / 1_000;
  const webhooks = invoked((name) => name === "webhooks");

  return {
    apiRequests: invoked((name) => name === "api"),
    webhooks,
    // Each message in a batch of its own.
    messages: invoked((name) => !ASKED.has(name)),
    invocations: invoked(() => true),
    seconds: FUNCTIONS.reduce((total, name) => total + secondsOf(name, 1), 0),
    gbSeconds: FUNCTIONS.reduce((total, name) => total + secondsOf(name, 1) * memoryGbOf(name), 0),
    /** How long it holds one invocation of that function when all batches are full. */
    fullSeconds: (name: FunctionName) => secondsOf(name, SLOWEST_OF_BATCH) / batchSize,
    events: sumOf((operation) => (operation === "bus.publish" ? 1 : 0)),
    deliveries: sum((step) => (FROM_THE_BUS.has(step) ? 1 : 0)),
    readUnits: sumOf((operation) => requestsOf(operation).readUnits ?? 0),
    writeUnits: sumOf((operation) => requestsOf(operation).writeUnits ?? 0),
    logBytes: sum(logBytesOf),
    outBytes: sumOf((operation) => valueIn(OUT_BYTES, operation) ?? 0) + webhooks * OUT_BYTES.answerToWebhook,
  };
}

function valueIn(values: Readonly<Record<string, number>>, name: string): number | undefined {
  return values[name];
}

function requestsOf(operation: Operation): Requests {
  return REQUESTS[operation];
}

function isDialed(step: StepName): boolean {
  return stepOf(step).operations.some(([operation]) => operation === "carrier.placeCall");
}

/** A loop's step begins before it is due; its calls wait side by side, each a moment after the one before it. */
function waitsMs(step: StepName, together: number): number {
  if (step === "step" || step === "part") return CLAIM_LEAD_MS;
  return PARTS.has(step) && isDialed(step) ? Math.min(REQUEST_GAP_MS, STEP_SPREAD_MS / together) : 0;
}

/** The operations of an invocation, as if one came after the other. What a loop's step reads is read while it waits. */
function worksMs(step: StepName): number {
  const own = ownMs(memoryGbOf(stepOf(step).function));
  if (step === "step" || step === "part") return OUTSIDE_MS["carrier.placeCall"] + COMMAND_MS.PutItem + own;
  if (PARTS.has(step)) return isDialed(step) ? own : 0;
  return stepOf(step).operations.reduce((sum, [operation, times]) => sum + times * msOf(operation), own);
}

function msOf(operation: Operation): number {
  const requested = requestsOf(operation).commands.reduce((sum, name) => sum + (valueIn(COMMAND_MS, name) ?? 0), 0);
  return requested + (valueIn(OUTSIDE_MS, operation) ?? 0);
}

/** A line for each invocation that something has come of, and one for each call that is dialed in it. */
function logBytesOf(step: StepName): number {
  if (PARTS.has(step)) return isDialed(step) ? LOG_BYTES.line : 0;
  return (step === "unheard" ? 0 : LOG_BYTES.line) + (UNMEASURED.has(step) ? 0 : LOG_BYTES.metrics);
}
