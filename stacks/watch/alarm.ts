import { config } from "../defaults/functions.ts";
import type { Metric } from "./metrics.ts";

/**
 * It needs no key of ours: what an alarm says is in `alarms.ts`, and leaves as plain mail. SNS writes to encrypted disks
 * without one, and AWS's own key would make every alarm mute, for CloudWatch may not use it:
 * https://docs.aws.amazon.com/securityhub/latest/userguide/sns-controls.html,
 * https://repost.aws/knowledge-center/cloudwatch-receive-sns-for-alarm-trigger.
 */
const topic = new aws.sns.Topic("Alarms");

if (config.alarmEmail !== undefined) {
  new aws.sns.TopicSubscription("AlarmEmail", { topic: topic.arn, protocol: "email", endpoint: config.alarmEmail });
}

export interface Alarm {
  /** Its section in docs/operations/runbook.md. */
  name: string;
  says: string;
  /** Each is paid for by itself. */
  metrics: Record<string, Metric>;
  /** Over the metrics by their names; none where there is but one. */
  expression?: string;
  above: number;
  /** The length of one period, of which `times` in the last `outOf` have to be above. */
  minutes?: number;
  times?: number;
  outOf?: number;
  /** By default, missing data means that nothing happened, since there may be no calls. */
  missing?: "notBreaching" | "ignore";
}

export function alarm(given: Alarm): void {
  const { name, says, above, minutes = 5, times = 1, outOf = times, missing = "notBreaching" } = given;
  new aws.cloudwatch.MetricAlarm(name, {
    name: `${$app.name}-${$app.stage}-${name}`,
    alarmDescription: `${says} See docs/operations/runbook.md#${name}`,
    ...watched(given, { periodSeconds: minutes * 60 }),
    comparisonOperator: "GreaterThanThreshold",
    threshold: above,
    datapointsToAlarm: times,
    evaluationPeriods: outOf,
    treatMissingData: missing,
    alarmActions: [topic.arn],
    okActions: [topic.arn],
  });
}

function watched({ name, metrics, expression }: Alarm, { periodSeconds: period }: { periodSeconds: number }) {
  const [only, ...others] = Object.values(metrics);
  if (expression === undefined && only !== undefined && others.length === 0) {
    const { stat, ...metric } = only;
    return { ...metric, period, ...(stat.startsWith("p") ? { extendedStatistic: stat } : { statistic: stat }) };
  }
  const inputs = Object.entries(metrics).map(([id, metric]) => ({ id, metric: { ...metric, period } }));
  return { metricQueries: [...inputs, { id: "value", label: name, expression, returnData: true }] };
}
