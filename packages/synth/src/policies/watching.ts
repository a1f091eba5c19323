import { alarmsOf, metricsOf, queriesOf } from "../alarms.ts";
import { type Resource, resourcesOf } from "../graph.ts";
import type { Policy } from "./policy.ts";

/** Alarms on these metrics keep their state while there is no data, whatever their setting. */
const STAYS_WHILE_SILENT = "AWS/DynamoDB";

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-limits.html */
const MOST_METRICS = 10;

/** Where a metric has no data, an expression without its `FILL` has none either: the others of it ring no alarm. */
function unfilled(alarm: Resource): string[] {
  const queries = queriesOf(alarm);
  const { expression = "" } = queries.find((query) => query.expression !== undefined) ?? {};
  return queries.flatMap(({ id, metric }) => (metric && !expression.includes(`FILL(${id}, `) ? [id] : []));
}

export const watchingPolicies: readonly Policy[] = [
  {
    name: "an alarm is over when there is no data any more",
    violations: ({ graph }) =>
      alarmsOf(graph).flatMap((alarm) => [
        ...(alarm.inputs.namespace === STAYS_WHILE_SILENT ? [`${alarm.name} never is: it fills nothing`] : []),
        ...unfilled(alarm).map((id) => `${alarm.name} hears nothing while ${id} is silent`),
      ]),
  },
  {
    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html (FILL)
    name: "an alarm that fills minutes rings though the newest have no data yet",
    violations: ({ graph }) =>
      alarmsOf(graph)
        .filter((alarm) => queriesOf(alarm).some(({ metric }) => metric?.period === 60))
        .filter(({ inputs }) => Number(inputs.datapointsToAlarm) >= Number(inputs.evaluationPeriods))
        .map(({ name }) => `${name} is filled before its data comes`),
  },
  {
    name: "an alarm is on no more metrics than CloudWatch takes",
    violations: ({ graph }) =>
      alarmsOf(graph)
        .filter((alarm) => metricsOf(alarm).length > MOST_METRICS)
        .map((alarm) => `${alarm.name} is on ${metricsOf(alarm).length}`),
  },
  {
    // https://repost.aws/knowledge-center/cloudwatch-receive-sns-for-alarm-trigger
    name: "a topic is encrypted with no key that CloudWatch may not use",
    violations: ({ graph }) =>
      resourcesOf(graph, "aws:sns/topic:Topic")
        .filter(({ inputs }) => inputs.kmsMasterKeyId === "alias/aws/sns")
        .map(({ name }) => `${name} is told nothing`),
  },
];
