import { METRICS } from "@promptcall/core/contracts/metrics";
import type { Stacks } from "@promptcall/simulation/cloud/stacks";
import { PRICES, type PriceName } from "./prices.ts";
import { sum } from "./sum.ts";

/** How many long polls run for each queue all the time, and how long each waits. */
const POLLERS = 5;
const POLL_SECONDS = 20;
const MONTH_SECONDS = 30 * 24 * 3_600;

/** A dashboard with no more metrics is one of the three that are free in an account. */
const MOST_FREE_METRICS = 50;

/** What a month without calls costs, if each of our metrics is written in every hour of it. */
export function standingCost({ graph }: Pick<Stacks, "graph">): readonly { name: string; used: number; usd: number }[] {
  const of = (type: string) => graph.raw.flatMap(({ type: its, args }) => (its === type ? [args as object] : []));
  const dashboards = of("aws.cloudwatch.Dashboard").filter((args) => drawnIn(args) > MOST_FREE_METRICS);
  const line = (price: PriceName, used: number) => ({ name: PRICES[price].name, used, usd: used * PRICES[price].usd });
  return [
    line("queueRequest", (graph.mappings.length * POLLERS * MONTH_SECONDS) / POLL_SECONDS),
    line("metricMonth", Object.keys(METRICS).length),
    line("alarmMetricMonth", sum(of("aws.cloudwatch.MetricAlarm").map(watchedBy))),
    line("dashboardMonth", dashboards.length),
    line("keyMonth", of("aws.kms.Key").length),
  ];
}

/** A metric of its own, or those that an expression is made of. */
function watchedBy({ metricQueries }: { readonly metricQueries?: unknown }): number {
  return Array.isArray(metricQueries) ? metricQueries.filter((query) => "metric" in query).length : 1;
}

function drawnIn({ dashboardBody }: { readonly dashboardBody?: unknown }): number {
  const { widgets } = JSON.parse(String(dashboardBody)) as { widgets: { properties: { metrics: unknown[] } }[] };
  return sum(widgets.map(({ properties }) => properties.metrics.length));
}
