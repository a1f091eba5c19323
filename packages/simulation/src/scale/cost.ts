import { METRICS } from "@promptcall/core/metrics";
import { ITEM_BYTES } from "./operations.ts";
import { PRICES, type PriceName } from "./prices.ts";
import { usageOfCall } from "./usage.ts";

export interface CostLine {
  readonly name: string;
  /** In the price's unit. */
  readonly perCall: number;
  readonly perMonth: number;
  readonly usdPerMonth: number;
}

export interface CostOptions {
  readonly callsPerMonth: number;
  readonly retentionDays: number;
}

const GB = 1e9;

/** Send, receive and delete, each message by itself: the most it can be, since batches share the last two. */
const REQUESTS_PER_MESSAGE = 3;

/** DynamoDB bills so much more for each item it keeps. */
const ITEM_OVERHEAD_BYTES = 100;

/** A production stage keeps its logs for three months. */
const LOG_MONTHS = 3;

const DAYS_PER_MONTH = 30;

/** What a deployment has whether anybody calls or not. */
export const STANDING = {
  /** Queues with a function: of Dial, State, Timers, two of callbacks, and three of dead letters. */
  polledQueues: 8,
  alarmMetrics: 63,
  keys: 1,
} as const;

/** So many long polls of 20 s go on for each queue, whether anything comes or not. */
const POLLERS = 5;
const POLLS_PER_MONTH = (STANDING.polledQueues * POLLERS * DAYS_PER_MONTH * 24 * 3600) / 20;

/** One for each service that tells of it. */
const OUR_METRICS = Object.values(METRICS).reduce((sum, { by }) => sum + by.length, 0);

/** What a month of so many calls costs, line by line, and what it costs to be there for none. */
export function costOf({ callsPerMonth, retentionDays }: CostOptions): readonly CostLine[] {
  const usage = usageOfCall();
  const items = Object.values(ITEM_BYTES);
  const itemBytes = items.reduce((sum, bytes) => sum + bytes + ITEM_OVERHEAD_BYTES, 0);
  const tableGbMonths = (itemBytes / GB) * (retentionDays / DAYS_PER_MONTH);

  const line = (price: PriceName, perCall: number): CostLine => {
    const perMonth = perCall * callsPerMonth;
    return { name: PRICES[price].name, perCall, perMonth, usdPerMonth: perMonth * PRICES[price].usd };
  };
  const standing = (price: PriceName, perMonth: number): CostLine => {
    return { name: PRICES[price].name, perCall: 0, perMonth, usdPerMonth: perMonth * PRICES[price].usd };
  };
  return [
    line("apiRequest", usage.apiRequests),
    line("invocation", usage.invocations),
    line("gbSecond", usage.gbSeconds),
    line("event", usage.events),
    line("queueRequest", usage.messages * REQUESTS_PER_MESSAGE),
    line("readUnit", usage.readUnits),
    line("writeUnit", usage.writeUnits),
    line("tableGbMonth", tableGbMonths),
    line("backupGbMonth", tableGbMonths),
    line("logGb", usage.logBytes / GB),
    line("logGbMonth", (usage.logBytes / GB) * LOG_MONTHS),
    line("outGb", usage.outBytes / GB),
    { ...standing("queueRequest", POLLS_PER_MONTH), name: "SQS polls of idle queues" },
    standing("metricMonth", OUR_METRICS),
    standing("alarmMetricMonth", STANDING.alarmMetrics),
    standing("keyMonth", STANDING.keys),
  ];
}

export function totalUsd(lines: readonly CostLine[]): number {
  return lines.reduce((sum, { usdPerMonth }) => sum + usdPerMonth, 0);
}
