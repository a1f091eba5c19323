import { dimensionsOf, METRICS, type MetricName } from "@promptcall/core/contracts/metrics";
import type { Stacks } from "@promptcall/simulation/cloud/stacks";
import { sum } from "../statistics.ts";
import { PRICES, type PriceName } from "./prices.ts";

/** How many long polls run for each queue all the time, and how long each waits. */
const POLLERS = 5;
const POLL_SECONDS = 20;
const MONTH_SECONDS = 30 * 24 * 3_600;

/** What a month without calls costs. */
export function standingCost({ graph }: Pick<Stacks, "graph">): readonly { name: string; used: number; usd: number }[] {
  const of = (type: string) => graph.raw.filter((resource) => resource.type === type);
  const alarms = of("aws.cloudwatch.MetricAlarm").reduce((total, { args }) => total + metricsOf(args as object), 0);
  const names = Object.keys(METRICS) as MetricName[];
  const line = (price: PriceName, used: number) => ({ name: PRICES[price].name, used, usd: used * PRICES[price].usd });
  return [
    line("queueRequest", (graph.mappings.length * POLLERS * MONTH_SECONDS) / POLL_SECONDS),
    line("metricMonth", sum(names.map((name) => (dimensionsOf(name).length > 1 ? METRICS[name].by.length : 1)))),
    line("alarmMetricMonth", alarms),
    line("keyMonth", of("aws.kms.Key").length),
  ];
}

/** A metric of its own, or those that an expression is made of. */
function metricsOf(alarm: { readonly metricQueries?: unknown }): number {
  const { metricQueries } = alarm;
  return Array.isArray(metricQueries) ? metricQueries.filter((query) => "metric" in query).length : 1;
}
