import { alarm } from "./alarm.ts";
import type { Metric } from "./metrics.ts";
import {
  deadLetters,
  failedAnswers,
  functions,
  ofFunction,
  ofQueue,
  ofRule,
  ours,
  parked,
  queues,
  rules,
} from "./metrics.ts";

// One for each thing that somebody does. What is looked for in the same place, and mended in the same way, is one alarm.

/** One metric for each of these, by names that an expression can use. */
function each<Value>(of: Readonly<Record<string, Value>>, metricOf: (value: Value) => Metric): Record<string, Metric> {
  return Object.fromEntries(Object.entries(of).map(([name, value]) => [name.replaceAll("-", "_"), metricOf(value)]));
}

/** Together, none of them being nothing: where one has no data, a sum would have none either. */
function sum(names: readonly string[]): string {
  return names.map((name) => `FILL(${name}, 0)`).join(" + ");
}

/** Whether more than so many percent of the whole are that part, where there are enough to tell. */
function largePart(part: string, { percent, of }: { percent: number; of: readonly string[] }): string {
  const whole = sum(of);
  return `(${whole} >= 20) AND (100 * FILL(${part}, 0) > ${percent} * (${whole}))`;
}

/** Whether one of these is above its limit. */
function anyAbove(limits: Readonly<Record<string, number>>): string {
  return Object.entries(limits)
    .map(([metric, limit]) => `(FILL(${metric}, 0) > ${limit})`)
    .join(" OR ");
}

const whether = (condition: string) => `IF(${condition}, 1, 0)`;

alarm({
  name: "dial-late",
  // The step after those that a loop stood still for is late by as long, so a loop that does so again and again rings.
  says: "Again and again, calls or steps come half a minute after their time.",
  metrics: { lateness: ours("DialLateness", { stat: "Maximum" }) },
  above: 30_000,
  minutes: 1,
  times: 3,
  outOf: 5,
});

alarm({
  name: "dial-throttled",
  says: "The carrier has no room (429) for more than a tenth of what it is asked to dial.",
  metrics: { dialed: ours("CallsDialed"), throttled: ours("DialsThrottled") },
  expression: whether(largePart("throttled", { percent: 10, of: ["dialed", "throttled"] })),
  above: 0,
  times: 2,
  outOf: 3,
});

alarm({
  name: "dial-unknown",
  says: "The carrier does not say what became of more than a twentieth of what it is asked to dial.",
  metrics: { dialed: ours("CallsDialed", { stat: "Average" }) },
  expression: "100 * (1 - FILL(dialed, 1))",
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
  says: "Results reach nobody: more than half of the attempts fail, or several receivers have begun to.",
  metrics: {
    delivered: ours("CallbackAge", { stat: "SampleCount" }),
    failures: ours("CallbackFailures"),
    receivers: ours("ReceiversFailing"),
  },
  expression: whether(
    `(${largePart("failures", { percent: 50, of: ["delivered", "failures"] })}) OR ${anyAbove({ receivers: 2 })}`,
  ),
  above: 0,
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

// Their consumers take dead letters away at once: to see that there were any is to see that a queue received some. What a
// consumer fails at is received again and again.
alarm({
  name: "dead-letters",
  says: "Messages failed five times and went to their dead-letter consumer.",
  metrics: each(deadLetters, (queue) => ofQueue("NumberOfMessagesReceived", { queue })),
  expression: sum(Object.keys(deadLetters)),
  above: 0,
});

alarm({
  name: "queue-stuck",
  says: "A message is older than any is that is taken as it should be.",
  metrics: each(queues, (queue) => ofQueue("ApproximateAgeOfOldestMessage", { queue, stat: "Maximum" })),
  // In seconds: those that wait on purpose do so for 15 minutes at the most.
  expression: whether(anyAbove({ dial: 1_200, state: 120, timers: 1_200, callbacks: 300, callback_retries: 1_200 })),
  above: 0,
  minutes: 1,
  times: 3,
  // The newest minutes may have no data yet.
  outOf: 5,
});

// These have somebody who waits for an answer, and may not ask again.
alarm({
  name: "answers-failing",
  says: "Requests or webhooks are answered 5xx, or turned away.",
  metrics: {
    ...failedAnswers,
    // A gateway answers these with 5xx too, a function URL with 429.
    throttled: ofFunction("Throttles", { name: functions.webhooks }),
  },
  expression: sum(["api", "webhooks", "throttled"]),
  above: 5,
});

// A batch of which some messages fail is no error to Lambda.
alarm({
  name: "work-failing",
  says: "Units of work fail.",
  metrics: { failures: ours("Failures") },
  above: 10,
});

alarm({
  name: "events-undelivered",
  // Those that went to the dead letters instead ring there.
  says: "Events of a rule could be put neither into its queue nor among the dead letters.",
  metrics: each(rules, (rule) => ofRule("InvocationsFailedToBeSentToDlq", { rule })),
  expression: sum(Object.keys(rules)),
  above: 0,
});
