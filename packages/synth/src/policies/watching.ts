import { type Resource, resourcesOf } from "../graph.ts";
import type { Policy } from "./policy.ts";

interface Query {
  id: string;
  expression?: string;
  metric?: { namespace: string };
}

/** Alarms on these metrics keep their state while there is no data, whatever their setting. */
const STAYS_WHILE_SILENT = "AWS/DynamoDB";

/** Where a metric has no data, an expression without its `FILL` has none either: the others of it ring no alarm. */
function unfilled({ inputs }: Resource): string[] {
  const queries = (inputs.metricQueries ?? []) as Query[];
  const { expression = "" } = queries.find((query) => query.expression !== undefined) ?? {};
  return queries.flatMap(({ id, metric }) => (metric && !expression.includes(`FILL(${id}, 0)`) ? [id] : []));
}

export const watchingPolicies: readonly Policy[] = [
  {
    name: "an alarm is over when there is no data any more",
    violations: ({ graph }) =>
      resourcesOf(graph, "aws:cloudwatch/metricAlarm:MetricAlarm").flatMap((alarm) => [
        ...(alarm.inputs.namespace === STAYS_WHILE_SILENT ? [`${alarm.name} never is: it fills nothing`] : []),
        ...unfilled(alarm).map((id) => `${alarm.name} hears nothing while ${id} is silent`),
      ]),
  },
];
