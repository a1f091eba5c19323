import type { MetricName } from "@promptcall/core/contracts/metrics";

export type Measures = Readonly<Partial<Record<MetricName, number>>>;

export interface Metrics {
  add(measures: Measures): void;
  /** The lines of everything that was added since the last flush. */
  flush(): readonly object[];
}
