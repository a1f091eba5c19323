import { stageConfig } from "./config.ts";

const config = stageConfig($app.stage);

const TIMEOUT_SECONDS = 20;
const DAY_SECONDS = 24 * 3600;

const bus = sst.aws.Bus.get("Promptcall", config.busName);

// Under another name they would be others, and empty: a deployment of production that would delete or replace one is refused.
const keep = (_args: object | undefined, options: { protect?: boolean }) => {
  options.protect = config.production;
};
$transform(aws.sqs.Queue, keep);
$transform(aws.dynamodb.Table, keep);

// Settings of a queue, which Pulumi would set under a new name, and then delete (https://github.com/pulumi/pulumi-aws/issues/1923).
const leaveWhenMoved = (_args: object | undefined, options: { retainOnDelete?: boolean }) => {
  options.retainOnDelete = true;
};
$transform(aws.sqs.QueuePolicy, leaveWhenMoved);
$transform(aws.sqs.RedriveAllowPolicy, leaveWhenMoved);

/** One item for each result: a tally is a count of them, so that what comes twice counts once. */
export const results = new sst.aws.Dynamo("Results", {
  fields: { pk: "string", sk: "string" },
  primaryIndex: { hashKey: "pk", rangeKey: "sk" },
  ttl: "expires_at",
  deletionProtection: config.production,
});

const settings = new sst.Linkable("Settings", { properties: { retentionDays: config.retentionDays } });

// SST's own link allows everything on a table, its deletion included.
sst.Linkable.wrap(sst.aws.Dynamo, (table) => ({
  properties: { name: table.name },
  include: [sst.aws.permission({ actions: ["dynamodb:PutItem"], resources: [table.arn] })],
}));

// SST would let every topic, bucket and rule in AWS send to a queue with a subscription; these are for rules of that bus.
$transform(aws.sqs.QueuePolicy, (args) => {
  args.policy = $resolve([args.policy, bus.arn]).apply(([policy, busArn]) => {
    const sender = {
      Principal: { Service: "events.amazonaws.com" },
      Condition: { ArnLike: { "aws:SourceArn": `${String(busArn).replace(":event-bus/", ":rule/")}/*` } },
    };
    const { Version, Statement } = JSON.parse(String(policy)) as { Version: string; Statement: object[] };
    return JSON.stringify({ Version, Statement: Statement.map((statement) => ({ ...statement, ...sender })) });
  });
});

const queueDefaults = { messageRetentionSeconds: 14 * DAY_SECONDS, sqsManagedSseEnabled: true };

/** What could be neither delivered nor handled. Nobody takes it from here by itself: see the README. */
const deadLetters = new sst.aws.Queue("ResultsDeadLetters", { transform: { queue: queueDefaults } });

const queue = new sst.aws.Queue("ResultsQueue", {
  visibilityTimeout: `${6 * TIMEOUT_SECONDS} seconds`,
  dlq: { queue: deadLetters.arn, retry: 5 },
  transform: { queue: queueDefaults },
});

new aws.sqs.RedriveAllowPolicy("ResultsDeadLettersSources", {
  queueUrl: deadLetters.url,
  redriveAllowPolicy: $jsonStringify({ redrivePermission: "byQueue", sourceQueueArns: [queue.arn] }),
});

new aws.sqs.QueuePolicy("ResultsDeadLettersPolicy", {
  queueUrl: deadLetters.url,
  policy: $jsonStringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "sqs:SendMessage", Resource: deadLetters.arn }],
  }),
});

const heardBy = config.alarmTopicArn === undefined ? [] : [config.alarmTopicArn];
new aws.cloudwatch.MetricAlarm("ResultsDeadLettersAlarm", {
  alarmDescription: "Results were neither delivered nor handled, and wait to be handled again.",
  namespace: "AWS/SQS",
  metricName: "ApproximateNumberOfMessagesVisible",
  dimensions: { QueueName: deadLetters.nodes.queue.name },
  statistic: "Maximum",
  period: 300,
  evaluationPeriods: 1,
  comparisonOperator: "GreaterThanThreshold",
  threshold: 0,
  alarmActions: heardBy,
  okActions: heardBy,
});

bus.subscribeQueue("Results", queue, {
  pattern: { source: ["promptcall"], detailType: ["call.completed"] },
  transform: {
    target: {
      deadLetterConfig: { arn: deadLetters.arn },
      retryPolicy: { maximumEventAgeInSeconds: DAY_SECONDS, maximumRetryAttempts: 185 },
    },
  },
});

const onlyLambda = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
};

queue.subscribe(
  {
    handler: "src/lambda.handler",
    runtime: "nodejs24.x",
    architecture: "arm64",
    memory: "512 MB",
    timeout: `${TIMEOUT_SECONDS} seconds`,
    logging: { format: "json", retention: config.production ? "3 months" : "1 week" },
    // SST lets the whole account assume a function's role, which only `sst dev` has a use for.
    transform: $dev ? {} : { role: { assumeRolePolicy: $jsonStringify(onlyLambda) } },
    link: [results, settings],
  },
  {
    batch: { size: 10, partialResponses: true },
    transform: { eventSourceMapping: { scalingConfig: { maximumConcurrency: 10 } } },
  },
);
