import type { MetricName } from "@promptcall/core/metrics";

export type Measures = Readonly<Partial<Record<MetricName, number>>>;

export interface Metrics {
  add(measures: Measures): void;
  /** Lets go of all that was added since the last time, as one. */
  flush(): void;
}
