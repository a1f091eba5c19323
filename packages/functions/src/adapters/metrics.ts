import { Metrics as EmbeddedMetrics } from "@aws-lambda-powertools/metrics";
import { METRIC_NAMESPACE, METRICS, type MetricName, type Service } from "@promptcall/core/metrics";
import type { Metrics } from "../ports.ts";

/** In the embedded metric format: one line of the log, out of which CloudWatch makes the metrics, at no request's cost. */
export function metrics({ service, stage }: { service: Service; stage: string }): Metrics {
  const embedded = new EmbeddedMetrics({
    namespace: METRIC_NAMESPACE,
    serviceName: service,
    defaultDimensions: { stage },
  });
  return {
    add(measures) {
      for (const [name, value] of Object.entries(measures))
        embedded.addMetric(name, METRICS[name as MetricName].unit, value);
    },
    flush() {
      if (embedded.hasStoredMetrics()) embedded.publishStoredMetrics();
    },
  };
}
