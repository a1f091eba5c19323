import { METRIC_NAMESPACE, METRICS, type MetricName, type Service } from "@promptcall/core/contracts/metrics";
import type { Metrics } from "../ports/metrics.ts";

/** The most values of one metric that CloudWatch takes in one line. */
const MOST_VALUES = 100;

type Values = readonly (readonly [name: MetricName, values: readonly number[]])[];

/** Metrics in the embedded metric format: CloudWatch reads them from a log line, without a request. */
export function metrics({ service, stage }: { service: Service; stage: string }): Metrics {
  const added = new Map<MetricName, number[]>();
  return {
    add(measures) {
      for (const [name, value] of Object.entries(measures) as [MetricName, number][]) {
        const values = added.get(name);
        if (values) values.push(value);
        else added.set(name, [value]);
      }
    },
    flush() {
      const written = lines([...added]).map((values) => embedded({ service, stage, values }));
      added.clear();
      return written;
    },
  };
}

function lines(added: Values): readonly Values[] {
  const longest = Math.max(0, ...added.map(([, values]) => values.length));
  return Array.from({ length: Math.ceil(longest / MOST_VALUES) }, (_, line) =>
    added
      .map(([name, values]) => [name, values.slice(line * MOST_VALUES, (line + 1) * MOST_VALUES)] as const)
      .filter(([, values]) => values.length > 0),
  );
}

function embedded({ service, stage, values }: { service: Service; stage: string; values: Values }) {
  return {
    _aws: {
      Timestamp: Date.now(),
      CloudWatchMetrics: [
        {
          Namespace: METRIC_NAMESPACE,
          Dimensions: [["stage"]],
          Metrics: values.map(([Name]) => ({ Name, Unit: METRICS[Name].unit })),
        },
      ],
    },
    service,
    stage,
    ...Object.fromEntries(
      values.map(([name, [first, ...others]]) => [name, others.length > 0 ? [first, ...others] : first]),
    ),
  };
}
