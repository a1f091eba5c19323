/** The namespace of all our metrics. Their only dimensions are the service and the stage. */
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
/** Services whose messages may have to wait. */
const waiting = ["dialer", "timers", "dispatcher"] as const;

/** Every metric we emit. Dashboard and alarms can name no other. */
export const METRICS = {
  CallsAccepted: { unit: "Count", by: ["api"] },
  RequestsRejected: { unit: "Count", by: ["api"] },

  /** Calls that the guard refused, also those of batches of which others were accepted. */
  CallsGuarded: { unit: "Count", by: ["api"] },
  /** Destinations, numbers and applications whose calls the guard refuses from then on. */
  GuardTrips: { unit: "Count", by: ["api", ...completing] },

  CallsDialed: { unit: "Count", by: ["dialer"] },
  /** Certainly not dialed, and queued again; those answered 429 are `DialsThrottled` as well. */
  DialsTriedAgain: { unit: "Count", by: ["dialer"] },
  DialsThrottled: { unit: "Count", by: ["dialer"] },
  DialsRefused: { unit: "Count", by: ["dialer"] },
  DialsUnknown: { unit: "Count", by: ["dialer"] },

  /** Loops whose next step was long overdue and was sent again. */
  LoopsRevived: { unit: "Count", by: ["dialer"] },

  WebhooksForged: { unit: "Count", by: ["webhooks"] },

  ResultsOk: { unit: "Count", by: completing },
  ResultsFailed: { unit: "Count", by: completing },
  ResultsError: { unit: "Count", by: completing },
  /** Saves that another writer was quicker than, and that were made anew. */
  VersionConflicts: { unit: "Count", by: completing },

  CallbackFailures: { unit: "Count", by: ["dispatcher"] },
  CallbacksParked: { unit: "Count", by: ["dispatcher"] },
  /** Receivers that have failed five times in a row. */
  ReceiversFailing: { unit: "Count", by: ["dispatcher"] },
  /** From the completion of a call until its result is delivered: as many values as deliveries. */
  CallbackAge: { unit: "Seconds", by: ["dispatcher"] },

  /** How long after its time a message was handled, where that is a second or more. */
  MessageLateness: { unit: "Milliseconds", by: waiting },
  /** Messages that came early and were sent again, each at the price of one more message. */
  MessagesEarly: { unit: "Count", by: waiting },
  /** Log records of errors. */
  Failures: { unit: "Count", by: SERVICES },
} as const satisfies Record<string, Metric>;

export type MetricName = keyof typeof METRICS;
/** The services that emit the metric. */
export type ReportingService<Name extends MetricName> = (typeof METRICS)[Name]["by"][number];
