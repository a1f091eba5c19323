import { METRICS } from "@promptcall/core/contracts/metrics";
import { stageConfig } from "../../stacks/config.ts";
import { ITEM_BYTES } from "./operations.ts";
import type { Path } from "./paths.ts";
import { PRICES, type PriceName } from "./prices.ts";
import { usageOf } from "./usage.ts";

export interface CostLine {
  readonly price: PriceName;
  /** In the price's unit: of one call, or in a month. */
  readonly used: number;
  readonly usd: number;
}

const GB = 1e9;

/** Send, receive and delete, each message by itself: the most it can be, since batches share the last two. */
const REQUESTS_PER_MESSAGE = 3;

/** The bytes that DynamoDB bills in addition for each item. */
const ITEM_OVERHEAD_BYTES = 100;

/** A production stage keeps its logs for three months. */
const LOG_MONTHS = 3;

const DAYS_PER_MONTH = 30;
const KEPT_MONTHS = stageConfig("production").settings.retentionDays / DAYS_PER_MONTH;

/** What a deployment has whether anybody calls or not. */
export const STANDING = {
  /** Queues with a function: of Dial, State, Timers, two of callbacks, and three of dead letters. */
  polledQueues: 8,
  alarmMetrics: 64,
  keys: 1,
} as const;

/** How many long polls of 20 s run for each queue all the time. */
const POLLERS = 5;
const POLLS_PER_MONTH = (STANDING.polledQueues * POLLERS * DAYS_PER_MONTH * 24 * 3600) / 20;

/** One for each service that emits it. */
const OUR_METRICS = Object.values(METRICS).reduce((sum, { by }) => sum + by.length, 0);

/** What one call costs, line by line. */
export function costOf(path: Path): readonly CostLine[] {
  const usage = usageOf(path);
  const keptBytes = Object.values(ITEM_BYTES).reduce((sum, bytes) => sum + bytes + ITEM_OVERHEAD_BYTES, 0);
  return [
    line("apiRequest", usage.apiRequests),
    line("invocation", usage.invocations),
    line("gbSecond", usage.gbSeconds),
    line("event", usage.events),
    line("queueRequest", usage.messages * REQUESTS_PER_MESSAGE),
    line("readUnit", usage.readUnits),
    line("writeUnit", usage.writeUnits),
    line("tableGbMonth", (keptBytes / GB) * KEPT_MONTHS),
    line("backupGbMonth", (keptBytes / GB) * KEPT_MONTHS),
    line("logGb", usage.logBytes / GB),
    line("logGbMonth", (usage.logBytes / GB) * LOG_MONTHS),
    line("outGb", usage.outBytes / GB),
  ];
}

/** What a month without calls costs. */
export function standingCost(): readonly CostLine[] {
  return [
    line("queueRequest", POLLS_PER_MONTH),
    line("metricMonth", OUR_METRICS),
    line("alarmMetricMonth", STANDING.alarmMetrics),
    line("keyMonth", STANDING.keys),
  ];
}

export function totalUsd(lines: readonly CostLine[]): number {
  return lines.reduce((sum, { usd }) => sum + usd, 0);
}

function line(price: PriceName, used: number): CostLine {
  return { price, used, usd: used * PRICES[price].usd };
}
