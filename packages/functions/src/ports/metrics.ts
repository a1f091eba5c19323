import type { MetricName } from "@promptcall/core/contracts/metrics";

export type Measures = Readonly<Partial<Record<MetricName, number>>>;

export interface Metrics {
  add(measures: Measures): void;
  /** Writes everything that was added since the last flush. */
  flush(): void;
}
