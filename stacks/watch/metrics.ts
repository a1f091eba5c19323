import { METRIC_NAMESPACE, type MetricName } from "@promptcall/core/contracts/metrics";
import { api, apiRoute } from "../api.ts";
import { bus } from "../bus.ts";
import { firstAttempts, laterAttempts, resultsRule } from "../callbacks.ts";
import { deadLetterConsumers } from "../dead-letters.ts";
import { dialer } from "../dialer.ts";
import { callbackRetries, callbacks, dial, state, timers } from "../queues.ts";
import { reducer, reportsRule } from "../reducer.ts";
import { table } from "../storage.ts";
import { timersConsumer } from "../timers.ts";
import { webhooks, webhooksGateway } from "../webhooks.ts";

type Name = string | typeof bus.name;

/** A metric as alarms and dashboards ask for it. */
export interface Metric {
  namespace: string;
  metricName: string;
  dimensions: Record<string, Name>;
  stat: "Sum" | "SampleCount" | "Average" | "Maximum" | "p50" | "p99";
}

/** What there is to watch, under the names it has in alarms. */
export const queues = {
  dial: dial.queue.nodes.queue.name,
  state: state.queue.nodes.queue.name,
  timers: timers.queue.nodes.queue.name,
  callbacks: callbacks.queue.nodes.queue.name,
  "callback-retries": callbackRetries.nodes.queue.name,
};

/** These have a consumer of their own. */
export const deadLetters = {
  dial: dial.deadLetters.nodes.queue.name,
  state: state.deadLetters.nodes.queue.name,
  timers: timers.deadLetters.nodes.queue.name,
};

/** The dead letters of both queues of callbacks, which wait here to be replayed. */
export const parked = callbacks.deadLetters.nodes.queue.name;

/** What takes messages from a queue. */
const consumers = {
  dialer: dialer.nodes.function.name,
  reducer: reducer.nodes.function.name,
  timers: timersConsumer.nodes.function.name,
  callbacks: firstAttempts.nodes.function.name,
  "callback-retries": laterAttempts.nodes.function.name,
  "dead-dials": deadLetterConsumers.dial.nodes.function.name,
  "dead-reports": deadLetterConsumers.state.nodes.function.name,
  "dead-timers": deadLetterConsumers.timers.nodes.function.name,
};

export const functions = { api: apiRoute.nodes.function.name, webhooks: webhooks.name, ...consumers };

export const rules = { reports: reportsRule.name, results: resultsRule.name };

type Stat = Metric["stat"];

export function ours(metricName: MetricName, { stat = "Sum" }: { stat?: Stat } = {}): Metric {
  return { namespace: METRIC_NAMESPACE, metricName, dimensions: { stage: $app.stage }, stat };
}

/** What a gateway answers with 5xx: of its function, and where that crashed, took too long or was not let run. */
const ofGateway = ({ nodes }: typeof api): Metric => ({
  namespace: "AWS/ApiGateway",
  metricName: "5xx",
  dimensions: { ApiId: nodes.api.id },
  stat: "Sum",
});

export const ofQueue = (metricName: string, { queue, stat = "Sum" }: { queue: Name; stat?: Stat }): Metric => ({
  namespace: "AWS/SQS",
  metricName,
  dimensions: { QueueName: queue },
  stat,
});

export const ofFunction = (metricName: string, { name, stat = "Sum" }: { name: Name; stat?: Stat }): Metric => ({
  namespace: "AWS/Lambda",
  metricName,
  dimensions: { FunctionName: name },
  stat,
});

/** Of all functions in the account, ours and others. */
export const ofAllFunctions = (metricName: string, { stat = "Sum" }: { stat?: Stat } = {}): Metric => ({
  namespace: "AWS/Lambda",
  metricName,
  dimensions: {},
  stat,
});

export const ofRule = (metricName: string, { rule }: { rule: Name }): Metric => ({
  namespace: "AWS/Events",
  metricName,
  dimensions: { EventBusName: bus.name, RuleName: rule },
  stat: "Sum",
});

export const ofTable = (metricName: string): Metric => ({
  namespace: "AWS/DynamoDB",
  metricName,
  dimensions: { TableName: table.name },
  stat: "Sum",
});

/** What is answered 5xx to those who wait for an answer, as they see it. */
export const failedAnswers = {
  api: ofGateway(api),
  webhooks: webhooksGateway
    ? ofGateway(webhooksGateway)
    : // https://docs.aws.amazon.com/lambda/latest/dg/urls-monitoring.html
      ofFunction("Url5xxCount", { name: functions.webhooks }),
};
