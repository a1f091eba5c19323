import { CLAIM_LEAD_MS, REQUEST_GAP_MS, STEP_SPREAD_MS } from "@promptcall/core/dialing/loop";
import { stageConfig } from "../../../stacks/config.ts";
import type { Invocations, Tallied } from "../rig/tally.ts";
import { sum } from "../statistics.ts";
import { ASSUMED_MS, OUT_BYTES, ownMs } from "./assumptions.ts";
import { PRICES, type PriceName } from "./prices.ts";

/** The requests of a number of calls to AWS. */
export interface Usage {
  readonly calls: number;
  /** Of customers, through the API. Webhooks come by a function URL, which costs nothing by itself. */
  readonly apiRequests: number;
  readonly tallied: Tallied;
  /** What they have left in the table. */
  readonly keptBytes: number;
}

export interface CostLine {
  readonly name: string;
  readonly usdPerMillion: number;
}

/** How many requests the api makes at once for one batch. */
const API_AT_ONCE = 16;

/** By the names of their components. */
export const FUNCTIONS = {
  api: "ApiRouteDefaultHandler",
  webhooks: "Webhooks",
  dialer: "DialQueueSubscriberFunction",
  dispatcher: "CallbacksQueueSubscriberFunction",
  reducer: "StateQueueSubscriberFunction",
  timers: "TimersQueueSubscriberFunction",
};

/** Requests to others than AWS, as they are tallied. The path of a customer's is its own. */
export const CARRIER = "POST /v1/calls";
export const CUSTOMER = "POST /result";

const GB = 1e9;
/** How long a deployment keeps a call. */
const MONTHS_KEPT = stageConfig("production").settings.retentionDays / 30;
/** Logs are kept for three months in production. */
const LOG_MONTHS = 3;

/**
 * How long an invocation takes. Calls that are dialed together, and messages that are handled together, wait together;
 * all else one after the other.
 */
export function timesOf({ functionName, memoryMb, messages, effects }: Invocations): {
  waitMs: number;
  workMs: number;
} {
  const dials = effects[CARRIER] ?? 0;
  const asked = Object.entries(effects).map(([name, times]) =>
    name === CARRIER
      ? ASSUMED_MS.carrier
      : msOf(name) * Math.ceil(times / togetherIn({ functionName, messages, dials })),
  );
  const own = ownMs(memoryMb) * Math.max(1, messages, dials);
  return { waitMs: stepMs({ messages, dials }), workMs: sum(asked) + own };
}

/** Of all of them. */
export function secondsOf(of: Invocations): number {
  const { waitMs, workMs } = timesOf(of);
  return ((waitMs + workMs) / 1_000) * of.invocations;
}

/** What a step waits until it is due, and so that each call is asked for in its moment. A single call is dialed at once. */
function stepMs({ messages, dials }: { messages: number; dials: number }): number {
  return dials > messages ? CLAIM_LEAD_MS + Math.min(STEP_SPREAD_MS, REQUEST_GAP_MS * (dials / messages - 1)) : 0;
}

function togetherIn({ functionName, messages, dials }: { functionName: string; messages: number; dials: number }) {
  return functionName === FUNCTIONS.api ? API_AT_ONCE : Math.max(1, messages, dials);
}

function msOf(effect: string): number {
  const [, operation = ""] = effect.split(" ");
  if (operation in ASSUMED_MS) return ASSUMED_MS[operation as keyof typeof ASSUMED_MS];
  return ASSUMED_MS.customer;
}

/** What a million calls cost, line by line, at the list prices that the calculation of scale has. */
export function costLines({ calls, apiRequests, tallied, keptBytes }: Usage): readonly CostLine[] {
  const { requests, invocations, log } = tallied;
  const of = (wanted: string) => requests.filter(({ service }) => service === wanted);
  const invoked = sum(invocations.map(({ invocations: times }) => times));
  const gbSeconds = sum(invocations.map((of) => secondsOf(of) * (of.memoryMb / 1_024)));
  const effects = (isWanted: (name: string) => boolean) =>
    sum(
      invocations.flatMap(({ effects, invocations: times }) =>
        Object.entries(effects).map(([name, count]) => (isWanted(name) ? count * times : 0)),
      ),
    );
  const dials = effects((name) => name === CARRIER);
  const callbacks = effects((name) => name.startsWith("POST ") && name !== CARRIER);
  const webhooks = sum(
    invocations.map(({ functionName, invocations: times }) => (functionName === FUNCTIONS.webhooks ? times : 0)),
  );
  const outBytes = dials * OUT_BYTES.carrier + callbacks * OUT_BYTES.customer + webhooks * OUT_BYTES.answerToWebhook;
  const logBytes = log.bytes;
  const kept = keptBytes * MONTHS_KEPT;
  const line = (price: PriceName, total: number): CostLine => ({
    name: PRICES[price].name,
    usdPerMillion: (total / calls) * 1e6 * PRICES[price].usd,
  });
  return [
    line("apiRequest", apiRequests),
    line("invocation", invoked),
    line("gbSecond", gbSeconds),
    line("event", sum(of("EventBridge").map((events) => events.requests))),
    line("queueRequest", sum(of("SQS").map((messages) => messages.requests))),
    line("readUnit", sum(of("DynamoDB").map(({ readUnits }) => readUnits))),
    line("writeUnit", sum(of("DynamoDB").map(({ writeUnits }) => writeUnits))),
    line("tableGbMonth", kept / GB),
    line("backupGbMonth", kept / GB),
    line("logGb", logBytes / GB),
    line("logGbMonth", (logBytes / GB) * LOG_MONTHS),
    line("outGb", outBytes / GB),
  ];
}

export function usdPerMillion(usage: Usage): number {
  return sum(costLines(usage).map((line) => line.usdPerMillion));
}
