/** The namespace of all our metrics. Each is one for a stage, by its only dimension: every further one is paid for by itself. */
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

  /** Of each call that the carrier may have dialed: 1 if it says so, 0 if nobody knows. */
  CallsDialed: { unit: "Count", by: ["dialer"] },
  /** Certainly not dialed, since the carrier answered 429, and queued again. */
  DialsThrottled: { unit: "Count", by: ["dialer"] },

  WebhooksForged: { unit: "Count", by: ["webhooks"] },

  /** Of each completed call: 1 if its result is "ok", 0 otherwise. */
  ResultsOk: { unit: "Count", by: completing },

  CallbackFailures: { unit: "Count", by: ["dispatcher"] },
  /** Receivers that have failed five times in a row. */
  ReceiversFailing: { unit: "Count", by: ["dispatcher"] },
  /** From the completion of a call until its result is delivered: as many values as deliveries. */
  CallbackAge: { unit: "Seconds", by: ["dispatcher"] },

  /** How long after its time a call or a step was, where that is a second or more. A loop that stood still tells by it. */
  DialLateness: { unit: "Milliseconds", by: ["dialer"] },
  /** Log records of errors. */
  Failures: { unit: "Count", by: SERVICES },
} as const satisfies Record<string, Metric>;

export type MetricName = keyof typeof METRICS;
