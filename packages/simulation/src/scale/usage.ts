import { LOG_BYTES, memoryGbOf, OUT_BYTES, stepMs } from "./assumptions.ts";
import { JOURNEYS, stepsOf } from "./journeys.ts";
import { type Operation, operationsOf, REQUESTS, type Requests, STEPS, type StepName } from "./operations.ts";

/** What is asked of each part of the cloud. */
export interface Usage {
  readonly apiRequests: number;
  readonly invocations: number;
  readonly gbSeconds: number;
  readonly events: number;
  /** Events that a rule hands on to a queue. */
  readonly deliveries: number;
  /** By our own functions and by the bus. */
  readonly messages: number;
  readonly readUnits: number;
  readonly writeUnits: number;
  readonly logBytes: number;
  readonly outBytes: number;
}

/** Steps that begin with an event that a rule has handed to their queue. */
const FROM_THE_BUS: ReadonlySet<StepName> = new Set(["fold", "end", "complete", "deliver"]);

/** Steps that measure nothing: they are as many as their function has invocations, or are part of another. */
const UNMEASURED: ReadonlySet<StepName> = new Set(["unheard", "status", "digits", "fold", "end", "add", "advance"]);

/** Steps that no line tells of: the ones they are part of have theirs, or nothing has come of them. */
const UNTOLD: ReadonlySet<StepName> = new Set(["add", "advance", "unheard"]);

const REQUESTED: ReadonlySet<StepName> = new Set(["accept", "acceptMany", "refuse"]);

/** One step, in an invocation of its own. */
export function usageOfStep(step: StepName): Usage {
  const operations = operationsOf(step);
  const sum = (of: (operation: (typeof operations)[number][0]) => number) =>
    operations.reduce((total, [operation, times]) => total + times * of(operation), 0);
  const requests = (command: string) =>
    sum((operation) => REQUESTS[operation].commands.filter((sent) => sent === command).length);
  const deliveries = FROM_THE_BUS.has(step) ? 1 : 0;
  const isWebhook = STEPS[step].function === "webhooks";
  return {
    apiRequests: REQUESTED.has(step) ? 1 : 0,
    invocations: 1,
    gbSeconds: (stepMs(step) / 1000) * memoryGbOf(STEPS[step].function),
    events: requests("PutEvents"),
    deliveries,
    messages: requests("SendMessage") + deliveries,
    readUnits: sum((operation) => unitsOf(operation, "readUnits")),
    writeUnits: sum((operation) => unitsOf(operation, "writeUnits")),
    logBytes: (UNTOLD.has(step) ? 0 : LOG_BYTES.line) + (UNMEASURED.has(step) ? 0 : LOG_BYTES.metrics),
    outBytes:
      sum((operation) => (operation in OUT_BYTES ? OUT_BYTES[operation as keyof typeof OUT_BYTES] : 0)) +
      (isWebhook ? OUT_BYTES.answerToWebhook : 0),
  };
}

function unitsOf(operation: Operation, kind: "readUnits" | "writeUnits"): number {
  const requests: Requests = REQUESTS[operation];
  return requests[kind] ?? 0;
}

export function addUsage(one: Usage, other: Usage, times = 1): Usage {
  const sums = Object.entries(one).map(([name, value]) => [name, value + times * other[name as keyof Usage]]);
  return Object.fromEntries(sums) as unknown as Usage;
}

const NOTHING = Object.fromEntries(Object.keys(usageOfStep("accept")).map((name) => [name, 0])) as unknown as Usage;

/** An average call, dialed and delivered at the first attempt, every message in a batch of its own. */
export function usageOfCall(): Usage {
  return Object.values(JOURNEYS).reduce(
    (total, journey) => stepsOf(journey).reduce((sum, step) => addUsage(sum, usageOfStep(step), journey.share), total),
    NOTHING,
  );
}
