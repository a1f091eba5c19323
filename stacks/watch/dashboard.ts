import { SERVICES } from "@promptcall/core/contracts/metrics";
import { config } from "../defaults/functions.ts";
import {
  deadLetters,
  failuresOf,
  functions,
  type Metric,
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

/** Rows of three; the last two rows are what is paid for. */
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
    title: "Results by status",
    lines: [
      { label: "ok", of: ours("ResultsOk") },
      { label: "failed", of: ours("ResultsFailed") },
      { label: "error", of: ours("ResultsError") },
    ],
  },
  {
    title: "Dialing",
    lines: lines(
      {
        dialed: "CallsDialed",
        throttled: "DialsThrottled",
        unknown: "DialsUnknown",
      } as const,
      (name) => ours(name),
    ),
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
    title: "Failures",
    lines: SERVICES.map((by) => ({ label: by, of: failuresOf(by) })),
  },
  { title: "Errors of functions", lines: lines(functions, (name) => ofFunction("Errors", { name })) },
  { title: "Invocations", lines: lines(functions, (name) => ofFunction("Invocations", { name })) },
  { title: "Time of functions, in ms", lines: lines(functions, (name) => ofFunction("Duration", { name })) },
  {
    title: "Units of the table",
    lines: lines({ read: "ConsumedReadCapacityUnits", written: "ConsumedWriteCapacityUnits" }, ofTable),
  },
  { title: "Messages", lines: lines(queues, (queue) => ofQueue("NumberOfMessagesReceived", { queue })) },
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
