import { LEAD_MS, PREPARATION_MS, REQUEST_GAP_MS, STEP_MS, STEP_SPREAD_MS } from "@promptcall/core/dialing/loop";
import { stageConfig } from "../../stacks/config.ts";
import { ASSUMED_MS, OUT_BYTES, ownMs } from "./assumptions.ts";
import { PRICES, type PriceName } from "./prices.ts";
import { sum } from "./sum.ts";

/** What a number of calls ask of AWS. */
export interface Usage {
  readonly calls: number;
  readonly invocations: readonly Invocation[];
  readonly readUnits: number;
  readonly writeUnits: number;
  readonly events: number;
  /** Events that a rule has handed to a queue. */
  readonly deliveries: number;
  readonly logBytes: number;
  /** What they have left in the table. */
  readonly keptBytes: number;
}

export interface Invocation {
  readonly functionName: string;
  readonly memoryMb: number;
  /** From a queue; a request brings none. */
  readonly messages: number;
  /** How often it asked for what: `DynamoDB GetItem call state`, `POST /v1/calls`. */
  readonly effects: Readonly<Record<string, number>>;
}

/** How long a function works for itself in an invocation. */
export type OwnMs = (of: Invocation) => number;

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

/** Requests to others than AWS. */
export const CARRIER = "POST /v1/calls";
export const CARRIER_ASKED = "GET /v1/calls";
export const CUSTOMER = "POST /result";

const GB = 1e9;
/** How long a deployment keeps a call. */
const MONTHS_KEPT = stageConfig("production").settings.retentionDays / 30;
/** Logs are kept for three months in production. */
const LOG_MONTHS = 3;
const LOOKS_FOR_WAITING = "DynamoDB Query wait";

export const dialsOf = ({ effects }: Invocation): number => effects[CARRIER] ?? 0;

/** Of the customer, through the API. Webhooks come by a function URL, which costs nothing by itself. */
export const apiRequestsOf = ({ invocations }: Usage): number =>
  invocations.filter(({ functionName }) => functionName === FUNCTIONS.api).length;

/** By what they ask for, how often all invocations did. */
export function effectsOf({ invocations }: Pick<Usage, "invocations">): ReadonlyMap<string, number> {
  const all = new Map<string, number>();
  for (const { effects } of invocations)
    for (const [name, times] of Object.entries(effects)) all.set(name, (all.get(name) ?? 0) + times);
  return all;
}

/** Sent by functions and by the bus; received and deleted once for each invocation that takes them. */
export function queueRequestsOf(usage: Usage): number {
  const sent = [...effectsOf(usage)].filter(([name]) => name.startsWith("SQS ")).map(([, times]) => times);
  return sum(sent) + usage.deliveries + 2 * usage.invocations.filter(({ messages }) => messages > 0).length;
}

/** Work of its own that is assumed: for each message, and each call of a step. */
const assumedOwnMs: OwnMs = (of) => ownMs(of.memoryMb) * Math.max(1, of.messages, dialsOf(of));

/**
 * How long an invocation takes. Calls that are dialed together, and messages that are handled together, wait together;
 * all else one after the other.
 */
export function timesOf(of: Invocation, own = assumedOwnMs): { waitMs: number; workMs: number } {
  if (isStep(of)) return { waitMs: stepMs(of), workMs: own(of) };
  const together = togetherIn(of);
  const asked = Object.entries(of.effects).map(([name, times]) =>
    name === CARRIER ? ASSUMED_MS.carrier : msOf(name) * Math.ceil(times / together),
  );
  return { waitMs: 0, workMs: sum(asked) + own(of) };
}

/** As it is billed. */
export function secondsOf(of: Invocation, own = assumedOwnMs): number {
  const { waitMs, workMs } = timesOf(of, own);
  return (waitMs + workMs) / 1_000;
}

/** Or a part of one. Who takes a step looks for calls that wait; a single call that is dialed at once has a message of its own. */
const isStep = (of: Invocation) => dialsOf(of) > of.messages || (of.effects[LOOKS_FOR_WAITING] ?? 0) > 0;

/**
 * A step comes some time before it is due, and reads meanwhile. Then it asks for each call in its moment, waits for the
 * carrier, and writes what that said; and it sends for the next step when that is to come.
 */
function stepMs(of: Invocation): number {
  const beforeMs = LEAD_MS + PREPARATION_MS;
  const calls = dialsOf(of) / of.messages;
  const spreadMs = Math.min(STEP_SPREAD_MS, REQUEST_GAP_MS * (calls - 1));
  const dialingMs = calls > 0 ? spreadMs + ASSUMED_MS.carrier + ASSUMED_MS.PutItem : 0;
  return beforeMs + Math.max(dialingMs, STEP_MS - beforeMs + ASSUMED_MS.SendMessage);
}

function togetherIn(of: Invocation): number {
  return of.functionName === FUNCTIONS.api ? API_AT_ONCE : Math.max(1, of.messages, dialsOf(of));
}

function msOf(effect: string): number {
  if (effect === CUSTOMER) return ASSUMED_MS.customer;
  if (effect === CARRIER_ASKED) return ASSUMED_MS.carrier;
  return ASSUMED_MS[effect.split(" ")[1] as keyof typeof ASSUMED_MS];
}

/** What a million calls cost, line by line, at list prices. */
export function costLines(usage: Usage, own = assumedOwnMs): readonly CostLine[] {
  const { calls, invocations, readUnits, writeUnits, events, logBytes, keptBytes } = usage;
  const effects = effectsOf(usage);
  const webhooks = invocations.filter(({ functionName }) => functionName === FUNCTIONS.webhooks).length;
  const outBytes =
    (effects.get(CARRIER) ?? 0) * OUT_BYTES.carrier +
    (effects.get(CUSTOMER) ?? 0) * OUT_BYTES.customer +
    webhooks * OUT_BYTES.answerToWebhook;
  const keptGbMonths = (keptBytes * MONTHS_KEPT) / GB;
  const line = (price: PriceName, total: number): CostLine => ({
    name: PRICES[price].name,
    usdPerMillion: (total / calls) * 1e6 * PRICES[price].usd,
  });
  return [
    line("apiRequest", apiRequestsOf(usage)),
    line("invocation", invocations.length),
    line("gbSecond", sum(invocations.map((of) => secondsOf(of, own) * (of.memoryMb / 1_024)))),
    line("event", events),
    line("queueRequest", queueRequestsOf(usage)),
    line("readUnit", readUnits),
    line("writeUnit", writeUnits),
    line("tableGbMonth", keptGbMonths),
    line("backupGbMonth", keptGbMonths),
    line("logGb", logBytes / GB),
    line("logGbMonth", (logBytes / GB) * LOG_MONTHS),
    line("outGb", outBytes / GB),
  ];
}

export function usdPerMillion(usage: Usage, own = assumedOwnMs): number {
  return sum(costLines(usage, own).map((line) => line.usdPerMillion));
}
