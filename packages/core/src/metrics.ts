/** Everything of ours is under this name; its dimensions are the service and the stage, and no others. */
export const METRIC_NAMESPACE = "Promptcall";

/** Who tells of units of work. */
export const SERVICES = ["api", "webhooks", "dialer", "reducer", "timers", "dispatcher", "dead-letters"] as const;
export type Service = (typeof SERVICES)[number];

interface Metric {
  readonly unit: "Count" | "Seconds" | "Milliseconds";
  /** The services that tell of it. */
  readonly by: readonly Service[];
}

const completing = ["reducer", "timers", "dead-letters"] as const;
/** Those whose messages may be told to wait. */
const waiting = ["dialer", "timers", "dispatcher"] as const;

/** Every metric of ours: the functions emit no other, and dashboard and alarms can name no other. */
export const METRICS = {
  CallsAccepted: { unit: "Count", by: ["api"] },
  RequestsRejected: { unit: "Count", by: ["api"] },

  CallsDialed: { unit: "Count", by: ["dialer"] },
  /** Certainly not dialed, and queued again; among them those for which the carrier had no room (429). */
  DialsTriedAgain: { unit: "Count", by: ["dialer"] },
  DialsThrottled: { unit: "Count", by: ["dialer"] },
  DialsRefused: { unit: "Count", by: ["dialer"] },
  DialsUnknown: { unit: "Count", by: ["dialer"] },

  /** Loops whose next step should have come long ago, and was sent for again. */
  LoopsRevived: { unit: "Count", by: ["dialer"] },

  WebhooksForged: { unit: "Count", by: ["webhooks"] },

  ResultsOk: { unit: "Count", by: completing },
  ResultsFailed: { unit: "Count", by: completing },
  ResultsError: { unit: "Count", by: completing },
  /** Saves that were lost to another writer, and made anew. */
  VersionConflicts: { unit: "Count", by: completing },

  CallbackAttempts: { unit: "Count", by: ["dispatcher"] },
  CallbackFailures: { unit: "Count", by: ["dispatcher"] },
  CallbacksDelivered: { unit: "Count", by: ["dispatcher"] },
  CallbacksParked: { unit: "Count", by: ["dispatcher"] },
  /** From the completion of a call until its result is delivered. */
  CallbackAge: { unit: "Seconds", by: ["dispatcher"] },

  /** How long after its time a message was handled. */
  MessageLateness: { unit: "Milliseconds", by: waiting },
  /** Came before their time and were sent on: each costs as much as a message more. */
  MessagesEarly: { unit: "Count", by: waiting },
  /** Every line of the log that tells of an error. */
  Failures: { unit: "Count", by: SERVICES },
} as const satisfies Record<string, Metric>;

export type MetricName = keyof typeof METRICS;
/** Who tells of that metric. */
export type Teller<Name extends MetricName> = (typeof METRICS)[Name]["by"][number];
