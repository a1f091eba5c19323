import { type Graph, type Resource, resourcesOf } from "./graph.ts";

export interface WatchedMetric {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions?: Readonly<Record<string, string>>;
  /** In seconds. */
  readonly period: number;
}

export interface Query {
  readonly id: string;
  readonly expression?: string;
  readonly metric?: WatchedMetric;
}

export const alarmsOf = (graph: Graph): Resource[] => resourcesOf(graph, "aws:cloudwatch/metricAlarm:MetricAlarm");

export const queriesOf = ({ inputs }: Resource): readonly Query[] => (inputs.metricQueries ?? []) as Query[];

/** The one metric of an alarm, or those its expression is over. */
export function metricsOf(alarm: Resource): readonly WatchedMetric[] {
  if (alarm.inputs.metricQueries === undefined) return [alarm.inputs as unknown as WatchedMetric];
  return queriesOf(alarm).flatMap(({ metric }) => metric ?? []);
}
