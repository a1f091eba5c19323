/** The namespace of all our metrics. Each is one for a stage, but for those of which one is acted on service by service. */
export const METRIC_NAMESPACE = "Promptcall";

/** The services that write log records. */
export const SERVICES = ["api", "webhooks", "dialer", "reducer", "timers", "dispatcher", "dead-letters"] as const;
export type Service = (typeof SERVICES)[number];

interface Metric {
  readonly unit: "Count" | "Seconds" | "Milliseconds";
  /** The services that emit it. */
  readonly by: readonly Service[];
}

const completing = ["reducer", "timers", "dead-letters"] as const;

/** Every metric we emit. Dashboard and alarms can name no other. */
export const METRICS = {
  CallsAccepted: { unit: "Count", by: ["api"] },
  /** Destinations, numbers and applications whose calls the guard refuses from then on. */
  GuardTrips: { unit: "Count", by: ["api", ...completing] },

  CallsDialed: { unit: "Count", by: ["dialer"] },
  /** Certainly not dialed, since the carrier answered 429, and queued again. */
  DialsThrottled: { unit: "Count", by: ["dialer"] },
  DialsUnknown: { unit: "Count", by: ["dialer"] },

  /** Loops whose next step was long overdue and was sent again. */
  LoopsRevived: { unit: "Count", by: ["dialer"] },

  WebhooksForged: { unit: "Count", by: ["webhooks"] },

  ResultsOk: { unit: "Count", by: completing },
  ResultsFailed: { unit: "Count", by: completing },
  ResultsError: { unit: "Count", by: completing },

  CallbackFailures: { unit: "Count", by: ["dispatcher"] },
  /** Receivers that have failed five times in a row. */
  ReceiversFailing: { unit: "Count", by: ["dispatcher"] },
  /** From the completion of a call until its result is delivered: as many values as deliveries. */
  CallbackAge: { unit: "Seconds", by: ["dispatcher"] },

  /** How long after its time a call or a step was, where that is a second or more. */
  DialLateness: { unit: "Milliseconds", by: ["dialer"] },
  /** Log records of errors. */
  Failures: { unit: "Count", by: SERVICES },
} as const satisfies Record<string, Metric>;

export type MetricName = keyof typeof METRICS;

/** Each dimension is a metric of its own, and paid for by itself. */
export function dimensionsOf(name: MetricName): readonly ["stage"] | readonly ["service", "stage"] {
  return name === "Failures" ? ["service", "stage"] : ["stage"];
}
