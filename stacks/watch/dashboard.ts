import { config } from "../defaults/functions.ts";
import {
  deadLetters,
  failedAnswers,
  functions,
  type Metric,
  ofAllFunctions,
  ofFunction,
  ofQueue,
  ofTable,
  ours,
  parked,
  queues,
} from "./metrics.ts";

/** What is drawn. */
interface Line {
  label: string;
  of: Metric;
}

interface Graph {
  title: string;
  lines: readonly Line[];
}

/** One line for each of these. */
const lines = <Key extends string, Value>(of: Record<Key, Value>, metricOf: (value: Value) => Metric): Line[] =>
  (Object.entries(of) as [Key, Value][]).map(([label, value]) => ({ label, of: metricOf(value) }));

/**
 * Rows of three; the last graphs are what is paid for. No more than 50 metrics in all: three such dashboards are free in an
 * account, each other one is $3 a month (https://aws.amazon.com/cloudwatch/pricing/).
 */
const graphs: readonly Graph[] = [
  {
    title: "Calls",
    lines: [
      { label: "accepted", of: ours("CallsAccepted") },
      { label: "dialed", of: ours("CallsDialed") },
    ],
  },
  {
    title: "Queued",
    lines: lines(
      {
        "to be dialed": "ApproximateNumberOfMessagesVisible",
        waiting: "ApproximateNumberOfMessagesDelayed",
        "being dialed": "ApproximateNumberOfMessagesNotVisible",
      },
      (name) => ofQueue(name, { queue: queues.dial, stat: "Maximum" }),
    ),
  },
  {
    title: "Results",
    lines: [
      { label: "completed", of: ours("ResultsOk", { stat: "SampleCount" }) },
      { label: "ok", of: ours("ResultsOk") },
    ],
  },
  {
    title: "Dialing",
    lines: [
      { label: "dialed", of: ours("CallsDialed") },
      { label: "dialed, or unknown", of: ours("CallsDialed", { stat: "SampleCount" }) },
      { label: "throttled", of: ours("DialsThrottled") },
    ],
  },
  {
    title: "Dialed late by a second and more, in ms, at the most",
    lines: [{ label: "late", of: ours("DialLateness", { stat: "Maximum" }) }],
  },
  {
    title: "Webhooks, in ms",
    lines: lines({ half: "p50", "99 of 100": "p99" } as const, (stat) =>
      ofFunction("Duration", { name: functions.webhooks, stat }),
    ),
  },
  {
    title: "Callbacks",
    lines: [
      { label: "delivered", of: ours("CallbackAge", { stat: "SampleCount" }) },
      { label: "failures", of: ours("CallbackFailures") },
      { label: "receivers that begin to fail", of: ours("ReceiversFailing") },
    ],
  },
  {
    title: "From completion to delivery, in s",
    lines: lines({ half: "p50", "99 of 100": "p99" } as const, (stat) => ours("CallbackAge", { stat })),
  },
  {
    title: "Dead letters",
    lines: lines({ ...deadLetters, parked }, (queue) =>
      ofQueue("ApproximateNumberOfMessagesVisible", { queue, stat: "Maximum" }),
    ),
  },
  {
    title: "Oldest message, in s",
    lines: lines(queues, (queue) => ofQueue("ApproximateAgeOfOldestMessage", { queue, stat: "Maximum" })),
  },
  {
    title: "Failures",
    lines: [
      { label: "units of work", of: ours("Failures") },
      { label: "answers of the api", of: failedAnswers.api },
      { label: "answers of the webhooks", of: failedAnswers.webhooks },
    ],
  },
  {
    title: "Functions that failed or were turned away, in the whole account",
    lines: lines({ errors: "Errors", throttles: "Throttles" }, ofAllFunctions),
  },
  {
    title: "Turned away by the table",
    lines: lines({ reads: "ReadThrottleEvents", writes: "WriteThrottleEvents" }, ofTable),
  },
  {
    title: "Functions at once, in the whole account",
    lines: [{ label: "at once", of: ofAllFunctions("ConcurrentExecutions", { stat: "Maximum" }) }],
  },
  { title: "Invocations", lines: lines(functions, (name) => ofFunction("Invocations", { name })) },
  {
    title: "Time of functions, in the whole account, in ms",
    lines: [{ label: "time", of: ofAllFunctions("Duration") }],
  },
  {
    title: "Units of the table",
    lines: lines({ read: "ConsumedReadCapacityUnits", written: "ConsumedWriteCapacityUnits" }, ofTable),
  },
  {
    title: "Events put, in the whole account",
    lines: [
      {
        label: "events",
        of: { namespace: "AWS/Events", metricName: "PutEventsEntriesCount", dimensions: {}, stat: "Sum" },
      },
    ],
  },
];

function row({ label, of }: Line) {
  const { namespace, metricName, dimensions, stat } = of;
  return [namespace, metricName, ...Object.entries(dimensions).flat(), { label, stat }];
}

new aws.cloudwatch.Dashboard("Dashboard", {
  dashboardName: `${$app.name}-${$app.stage}`,
  dashboardBody: $jsonStringify({
    widgets: graphs.map(({ title, lines }, index) => ({
      type: "metric",
      width: 8,
      height: 6,
      x: 8 * (index % 3),
      y: 6 * Math.floor(index / 3),
      properties: { title, region: config.region, period: 300, yAxis: { left: { min: 0 } }, metrics: lines.map(row) },
    })),
  }),
});
