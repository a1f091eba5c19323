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

export const PRICES = {
  apiRequest: {
    name: "API Gateway HTTP API",
    unit: "request",
    usd: 1.0e-6,
    source: "https://www.apigatewaycost.com/aws",
    read: READ,
  },
  invocation: {
    name: "Lambda requests",
    unit: "request",
    usd: 0.2e-6,
    source: "https://cloudchipr.com/blog/aws-lambda-pricing",
    read: READ,
  },
  gbSecond: {
    name: "Lambda arm64 duration",
    unit: "GB-second",
    usd: 0.0000133334,
    source: "https://cloudchipr.com/blog/aws-lambda-pricing",
    read: READ,
  },
  event: {
    name: "EventBridge custom events",
    unit: "event of up to 64 KB",
    usd: 1.0e-6,
    source: "https://cloudburn.io/blog/amazon-eventbridge-pricing",
    read: READ,
  },
  queueRequest: {
    name: "SQS standard",
    unit: "request of up to 64 KB",
    usd: 0.4e-6,
    source: "https://cloudburn.io/blog/amazon-sqs-pricing",
    read: READ,
  },
  readUnit: { name: "DynamoDB reads on demand", unit: "unit of 4 KB", usd: 0.125e-6, source: DYNAMODB, read: READ },
  writeUnit: { name: "DynamoDB writes on demand", unit: "unit of 1 KB", usd: 0.625e-6, source: DYNAMODB, read: READ },
  tableGbMonth: { name: "DynamoDB storage", unit: "GB-month", usd: 0.25, source: DYNAMODB, read: READ },
  backupGbMonth: {
    name: "DynamoDB point-in-time recovery",
    unit: "GB-month",
    usd: 0.2,
    source: "https://aws.amazon.com/dynamodb/pricing/on-demand/",
    read: undefined,
  },
  logGb: {
    name: "CloudWatch Logs ingestion",
    unit: "GB",
    usd: 0.5,
    source: "https://hykell.com/knowledge-base/aws-cloudwatch-logs-pricing",
    read: READ,
  },
  logGbMonth: {
    name: "CloudWatch Logs storage",
    unit: "GB-month",
    usd: 0.03,
    source: "https://hykell.com/knowledge-base/aws-cloudwatch-logs-pricing",
    read: READ,
  },
  metricMonth: {
    name: "CloudWatch metrics of ours",
    unit: "metric-month",
    usd: 0.3,
    source: "https://hivebook.wiki/wiki/cloudwatch-logs-cost-never-expire-retention-and-cardinality-blowups",
    read: READ,
  },
  alarmMetricMonth: {
    name: "CloudWatch alarms",
    unit: "metric of an alarm, a month",
    usd: 0.1,
    source: "https://aws.amazon.com/cloudwatch/pricing/",
    read: undefined,
  },
  keyMonth: {
    name: "KMS key of the alarms",
    unit: "key-month",
    usd: 1,
    source: "https://aws.amazon.com/kms/pricing/",
    read: undefined,
  },
  outGb: {
    name: "Data transfer out",
    unit: "GB",
    usd: 0.09,
    source: "https://www.apigatewaycost.com/aws",
    read: READ,
  },
} as const satisfies Record<string, Price>;

export type PriceName = keyof typeof PRICES;
