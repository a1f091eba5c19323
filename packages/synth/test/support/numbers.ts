import { cloudOf } from "../../src/cloud.ts";
import { type Graph, type Resource, resourcesOf } from "../../src/graph.ts";

const short = (handler = "") => handler.replace("packages/functions/src/", "");

interface Metric {
  namespace: string;
  metricName: string;
  dimensions?: Record<string, string>;
  stat: string;
  period: number;
}

interface Alarm {
  comparisonOperator: string;
  threshold: number;
  datapointsToAlarm: number;
  evaluationPeriods: number;
  treatMissingData: string;
  statistic?: string;
  extendedStatistic?: string;
  metricQueries?: { id: string; expression?: string; metric?: Metric }[];
}

/** Every number that a deployment has from the stacks, a line for each thing. What functions read is not among them. */
export function numbersOf(graph: Graph): string {
  const { queues, mappings, targets, functions } = cloudOf(graph);
  const reserved = (name: string) =>
    resourcesOf(graph, "aws:lambda/function:Function").find(({ parent }) => parent === name)?.inputs
      .reservedConcurrentExecutions;
  const sections = {
    "The gateway": resourcesOf(graph, "aws:apigatewayv2/stage:Stage").map(({ parent, inputs }) => {
      const limits = inputs.defaultRouteSettings as Record<string, number> | undefined;
      return [parent, `${limits?.throttlingRateLimit} requests/s`, `burst ${limits?.throttlingBurstLimit}`];
    }),
    // Their time and memory are in `budgets.ts`.
    Functions: functions.map(({ name, handler }) => [short(handler), `reserved ${reserved(name) ?? "none"}`]),
    Queues: queues.map(({ name, visibilityTimeoutSeconds, messageRetentionSeconds, delaySeconds, redrive }) => [
      name,
      `hidden ${visibilityTimeoutSeconds} s`,
      `kept ${messageRetentionSeconds} s`,
      `delay ${delaySeconds} s`,
      redrive ? `dead after ${redrive.maxReceiveCount}` : "dead letters",
    ]),
    "What takes from them": mappings.map(({ queue, function: fn, ...mapping }) => [
      `${queue?.name} to ${short(fn?.handler)}`,
      `batch ${mapping.batchSize}`,
      `window ${mapping.batchingWindowSeconds} s`,
      `at once ${mapping.maximumConcurrency}`,
    ]),
    "What the bus puts into them": targets.map(({ rule, queue, retryPolicy }) => [
      `${rule} to ${queue?.name}`,
      `retried ${retryPolicy?.maximumRetryAttempts} times`,
      `for ${retryPolicy?.maximumEventAgeInSeconds} s`,
    ]),
    Alarms: resourcesOf(graph, "aws:cloudwatch/metricAlarm:MetricAlarm").map((alarm) => alarmOf({ graph, alarm })),
  };
  const titled = Object.entries(sections).map(([title, rows]) => [
    `## ${title}`,
    ...rows.map((row) => `- ${row.join(" | ")}`).toSorted(),
  ]);
  return `${titled.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

function alarmOf({ graph, alarm: { name, inputs } }: { graph: Graph; alarm: Resource }): string[] {
  const alarm = inputs as unknown as Alarm;
  const stat = alarm.statistic ?? alarm.extendedStatistic ?? "";
  const queries = alarm.metricQueries ?? [{ id: "", metric: { ...(inputs as unknown as Metric), stat } }];
  const metrics = queries.flatMap(({ id, metric }) => (metric ? [{ id, metric }] : []));
  const periods = new Set(metrics.map(({ metric }) => metric.period));
  return [
    name,
    `${alarm.comparisonOperator} ${alarm.threshold}`,
    `${alarm.datapointsToAlarm} of ${alarm.evaluationPeriods} times ${[...periods].join(" and ")} s`,
    `missing ${alarm.treatMissingData}`,
    ...queries.flatMap(({ expression }) => expression ?? []),
    ...metrics.map(({ id, metric }) => `${id && `${id} = `}${wordsOf({ graph, metric })}`),
  ];
}

function wordsOf({ graph, metric }: { graph: Graph; metric: Metric }): string {
  const { namespace, metricName, dimensions = {}, stat } = metric;
  const of = Object.entries(dimensions).map(([dimension, value]) => `${dimension} ${logicalName({ graph, value })}`);
  return `${stat} of ${namespace} ${metricName} (${of.join(", ")})`;
}

/** AWS's names end with letters of SST's. */
function logicalName({ graph, value }: { graph: Graph; value: string }): string {
  const named = graph.resources.find(({ type, inputs }) => type.startsWith("aws:") && inputs.name === value);
  const { handler } = graph.functions.find(({ name }) => name === named?.parent) ?? {};
  return handler === undefined ? (named?.parent ?? value) : short(handler);
}

/** A value by the path to it, a line for each. */
export function flattened(value: object): string {
  const lines = (inner: unknown, path: string): string[] =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.entries(inner).flatMap(([key, of]) => lines(of, path === "" ? key : `${path}.${key}`))
      : [`- ${path} | ${Array.isArray(inner) ? inner.join(", ") : String(inner)}`];
  return `${lines(value, "").join("\n")}\n`;
}
