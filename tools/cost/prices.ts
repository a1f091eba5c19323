/** A list price of one unit in US East (N. Virginia), without free tiers and volume discounts. */
export interface Price {
  readonly name: string;
  readonly unit: string;
  readonly usd: number;
  readonly source: string;
  /** When the source was read; undefined where the figure is not confirmed by one. */
  readonly read: string | undefined;
}

const READ = "2026-11-22";
const DYNAMODB =
  "https://github.com/aws/agent-toolkit-for-aws (amazon-dynamodb/scripts/calculate_costs.py); https://aws.amazon.com/dynamodb/pricing/on-demand/";
const GATEWAY = "https://www.apigatewaycost.com/aws";
const LAMBDA = "https://cloudchipr.com/blog/aws-lambda-pricing";
const EVENTS = "https://cloudburn.io/blog/amazon-eventbridge-pricing";
const QUEUES = "https://cloudburn.io/blog/amazon-sqs-pricing";
const LOGS = "https://hykell.com/knowledge-base/aws-cloudwatch-logs-pricing";
const METRICS = "https://hivebook.wiki/wiki/cloudwatch-logs-cost-never-expire-retention-and-cardinality-blowups";

// An alarm is paid for by the metrics that it refers to, a metric only in the hours in which it is sent.
const BILLING = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_billing.html";
const ALARMS = `https://c3x.dev/resources/aws/aws_cloudwatch_metric_alarm; ${BILLING}`;
const DASHBOARDS = "https://github.com/infracost/infracost/pull/235; https://aws.amazon.com/cloudwatch/pricing/";
const KEYS = "https://compliance.tf/docs/controls/aws/sns_topic_encrypted_at_rest";

/** Confirmed by a source that was read, or not. */
const confirmed = (source: string, read = READ) => ({ source, read });
const unconfirmed = (source: string) => ({ source, read: undefined });

export const PRICES = {
  apiRequest: { name: "API Gateway HTTP API", unit: "request", usd: 1e-6, ...confirmed(GATEWAY) },
  invocation: { name: "Lambda requests", unit: "request", usd: 0.2e-6, ...confirmed(LAMBDA) },
  gbSecond: { name: "Lambda arm64 duration", unit: "GB-second", usd: 0.0000133334, ...confirmed(LAMBDA) },
  event: { name: "EventBridge custom events", unit: "event of up to 64 KB", usd: 1e-6, ...confirmed(EVENTS) },
  queueRequest: { name: "SQS standard", unit: "request of up to 64 KB", usd: 0.4e-6, ...confirmed(QUEUES) },
  readUnit: { name: "DynamoDB reads on demand", unit: "unit of 4 KB", usd: 0.125e-6, ...confirmed(DYNAMODB) },
  writeUnit: { name: "DynamoDB writes on demand", unit: "unit of 1 KB", usd: 0.625e-6, ...confirmed(DYNAMODB) },
  tableGbMonth: { name: "DynamoDB storage", unit: "GB-month", usd: 0.25, ...confirmed(DYNAMODB) },
  backupGbMonth: {
    ...{ name: "DynamoDB point-in-time recovery", unit: "GB-month", usd: 0.2 },
    ...unconfirmed("https://aws.amazon.com/dynamodb/pricing/on-demand/"),
  },
  logGb: { name: "CloudWatch Logs ingestion", unit: "GB", usd: 0.5, ...confirmed(LOGS) },
  logGbMonth: { name: "CloudWatch Logs storage", unit: "GB-month", usd: 0.03, ...confirmed(LOGS) },
  metricMonth: { name: "CloudWatch metrics of ours", unit: "metric-month", usd: 0.3, ...confirmed(METRICS) },
  alarmMetricMonth: {
    ...{ name: "CloudWatch metrics of alarms", unit: "metric of an alarm, a month", usd: 0.1 },
    ...confirmed(ALARMS, "2026-11-30"),
  },
  dashboardMonth: {
    ...{ name: "CloudWatch dashboards of more than 50 metrics", unit: "dashboard-month", usd: 3 },
    ...confirmed(DASHBOARDS, "2026-11-30"),
  },
  keyMonth: {
    ...{ name: "KMS keys", unit: "key-month", usd: 1 },
    ...confirmed(KEYS, "2026-11-30"),
  },
  outGb: { name: "Data transfer out", unit: "GB", usd: 0.09, ...confirmed(GATEWAY) },
} as const satisfies Record<string, Price>;

export type PriceName = keyof typeof PRICES;
