import { SERVICES } from "@promptcall/core/contracts/metrics";
import { alarm } from "./alarm.ts";
import {
  consumers,
  deadLetters,
  failuresOf,
  functions,
  ofFunction,
  ofQueue,
  ofRule,
  ofTable,
  ours,
  parked,
  queues,
  rules,
} from "./metrics.ts";

const entriesOf = <Key extends string, Value>(of: Record<Key, Value>) => Object.entries(of) as [Key, Value][];

/** Together, none of them being nothing: where one has no data, a sum would have none either. */
function sum(names: readonly string[]): string {
  return names.map((name) => `FILL(${name}, 0)`).join(" + ");
}

/** In percent; 0 while there are too few. */
function share(part: string, { among }: { among: readonly string[] }): string {
  const whole = sum(among);
  return `IF(${whole} >= 20, 100 * FILL(${part}, 0) / (${whole}), 0)`;
}

alarm({
  name: "dial-late",
  says: "Calls are dialed more than a minute after their time.",
  metrics: { lateness: ours("DialLateness", { stat: "Maximum" }) },
  above: 60_000,
  minutes: 1,
  times: 3,
  outOf: 5,
});

alarm({
  name: "dial-throttled",
  says: "The carrier has no room (429) for more than a tenth of what it is asked to dial.",
  metrics: { dialed: ours("CallsDialed"), throttled: ours("DialsThrottled") },
  expression: share("throttled", { among: ["dialed", "throttled"] }),
  above: 10,
  times: 2,
  outOf: 3,
});

alarm({
  name: "loop-stalled",
  says: "A dial loop stood still, and was sent for again.",
  metrics: { revived: ours("LoopsRevived") },
  above: 0,
});

alarm({
  name: "dial-unknown",
  says: "The carrier does not say what became of more than a twentieth of what it is asked to dial.",
  metrics: { dialed: ours("CallsDialed"), unknown: ours("DialsUnknown") },
  expression: share("unknown", { among: ["dialed", "unknown"] }),
  above: 5,
  times: 2,
  outOf: 3,
});

alarm({
  name: "webhooks-slow",
  says: "One webhook in a hundred takes more than 2 s; the carrier gives up after 5 s.",
  metrics: { duration: ofFunction("Duration", { name: functions.webhooks, stat: "p99" }) },
  above: 2_000,
  times: 3,
});

alarm({
  name: "webhooks-forged",
  says: "Webhooks come with tokens that were not given for them.",
  metrics: { forged: ours("WebhooksForged") },
  above: 50,
});

alarm({
  name: "guard-tripped",
  says: "Calls to a destination or a number, or of an application, are refused for a while.",
  metrics: { trips: ours("GuardTrips") },
  above: 0,
});

alarm({
  name: "callbacks-failing",
  says: "More than half of the attempts to deliver a result fail.",
  metrics: {
    delivered: ours("CallbackAge", { stat: "SampleCount" }),
    failures: ours("CallbackFailures"),
  },
  expression: share("failures", { among: ["delivered", "failures"] }),
  above: 50,
  minutes: 15,
});

alarm({
  name: "receivers-failing",
  says: "Several receivers have begun to fail in a quarter of an hour: the fault may be ours.",
  metrics: { receivers: ours("ReceiversFailing") },
  above: 2,
  minutes: 15,
});

alarm({
  name: "results-parked",
  says: "Results could not be delivered, and wait to be sent again.",
  metrics: { visible: ofQueue("ApproximateNumberOfMessagesVisible", { queue: parked, stat: "Maximum" }) },
  above: 0,
  // What is parked does not go by itself, so silence does not mean that it has gone.
  missing: "ignore",
});

// Their consumer takes dead letters away at once: to see that there were any is to see that it received some.
for (const [of, queue] of entriesOf(deadLetters))
  alarm({
    name: "dead-letters",
    of,
    says: `Messages of the ${of} queue failed five times and went to their dead-letter consumer.`,
    metrics: { received: ofQueue("NumberOfMessagesReceived", { queue }) },
    above: 0,
  });

/** Longer than any message is there that is taken as it should be: those that wait do so for 15 minutes at the most. */
const STUCK_AFTER_SECONDS: Record<keyof typeof queues, number> = {
  dial: 1_200,
  state: 120,
  timers: 1_200,
  callbacks: 300,
  "callback-retries": 1_200,
};
for (const [of, queue] of entriesOf(queues))
  alarm({
    name: "queue-stuck",
    of,
    says: `The oldest message of the ${of} queue is ${STUCK_AFTER_SECONDS[of]} s old and more.`,
    metrics: { age: ofQueue("ApproximateAgeOfOldestMessage", { queue, stat: "Maximum" }) },
    above: STUCK_AFTER_SECONDS[of],
    minutes: 1,
    times: 3,
  });

// A batch of which some messages fail, and a request that is answered 503, are no errors to Lambda.
for (const of of SERVICES)
  alarm({
    name: "work-failing",
    of,
    says: `Units of work of ${of} fail.`,
    metrics: { failures: failuresOf(of) },
    above: of === "dead-letters" ? 0 : 10,
  });

// What a consumer does not do comes again, and is dead or stuck if that goes on: there are alarms on both. These have somebody
// who waits for an answer, and may not ask again.
for (const of of ["api", "webhooks"] as const) {
  const name = functions[of];
  alarm({
    name: "function-errors",
    of,
    says: `Invocations of ${of} crash, time out or run out of memory.`,
    metrics: { errors: ofFunction("Errors", { name }) },
    above: 5,
  });
  alarm({
    name: "function-throttles",
    of,
    says: `Invocations of ${of} are turned away, since too many run.`,
    metrics: { throttles: ofFunction("Throttles", { name }) },
    above: 0,
  });
}

for (const [of, name] of entriesOf(consumers))
  alarm({
    name: "recursion-stopped",
    of,
    says: `Invocations of ${of} are refused, since too many in one chain have led to them.`,
    metrics: { dropped: ofFunction("RecursiveInvocationsDropped", { name }) },
    above: 0,
  });

for (const [of, rule] of entriesOf(rules))
  alarm({
    name: "events-undelivered",
    of,
    // Those that went to the dead letters instead ring there.
    says: `Events for the rule of ${of} could be put neither into its queue nor among the dead letters.`,
    metrics: { lost: ofRule("InvocationsFailedToBeSentToDlq", { rule }) },
    above: 0,
  });

alarm({
  name: "table-throttled",
  says: "The table turns requests away.",
  metrics: { reads: ofTable("ReadThrottleEvents"), writes: ofTable("WriteThrottleEvents") },
  // Alarms on metrics of DynamoDB ignore missing data, whatever their setting, and would never end:
  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html (TreatMissingData).
  expression: sum(["reads", "writes"]),
  above: 10,
});
