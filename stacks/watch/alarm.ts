import { config } from "../defaults/functions.ts";
import type { Metric } from "./metrics.ts";

const accountId = aws.getCallerIdentityOutput().apply((caller) => caller.accountId);

/** A key of our own: CloudWatch may not use the one that AWS has for every topic, and its alarms would reach nobody. */
const key = new aws.kms.Key("AlarmKey", {
  description: "Encrypts what alarms tell",
  enableKeyRotation: true,
  policy: $jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { AWS: $interpolate`arn:aws:iam::${accountId}:root` },
        Action: "kms:*",
        Resource: "*",
      },
      {
        Effect: "Allow",
        Principal: { Service: "cloudwatch.amazonaws.com" },
        Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
        Resource: "*",
        Condition: { StringEquals: { "aws:SourceAccount": accountId } },
      },
    ],
  }),
});

const topic = new aws.sns.Topic("Alarms", { kmsMasterKeyId: key.arn });

if (config.alarmEmail !== undefined) {
  new aws.sns.TopicSubscription("AlarmEmail", { topic: topic.arn, protocol: "email", endpoint: config.alarmEmail });
}

export interface Alarm {
  /** Its section in docs/operations/runbook.md. */
  name: string;
  /** Which one, where several of a kind share a section. */
  of?: string;
  says: string;
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
  const { name, of, says, above, minutes = 5, times = 1, outOf = times, missing = "notBreaching" } = given;
  const id = of === undefined ? name : `${name}-${of}`;
  new aws.cloudwatch.MetricAlarm(id, {
    name: `${$app.name}-${$app.stage}-${id}`,
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
