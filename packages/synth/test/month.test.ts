import { expect, inject, it } from "vitest";

/** What AWS charges for being there (`tools/cost/standing.ts` says how much). */
const PAID_BY_THE_MONTH = [
  "aws:cloudwatch/dashboard:Dashboard",
  "aws:cloudwatch/metricAlarm:MetricAlarm",
  // Lambda asks its queue for messages all the time.
  "aws:lambda/eventSourceMapping:EventSourceMapping",
];

/** What costs something only when it is used. */
const FREE_WHILE_UNUSED = [
  "aws:apigatewayv2/api:Api",
  "aws:apigatewayv2/integration:Integration",
  "aws:apigatewayv2/route:Route",
  "aws:apigatewayv2/stage:Stage",
  "aws:cloudwatch/eventBus:EventBus",
  "aws:cloudwatch/eventRule:EventRule",
  "aws:cloudwatch/eventTarget:EventTarget",
  "aws:cloudwatch/logGroup:LogGroup",
  "aws:dynamodb/table:Table",
  "aws:iam/role:Role",
  "aws:lambda/function:Function",
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
  "aws:lambda/functionRecursionConfig:FunctionRecursionConfig",
  "aws:lambda/functionUrl:FunctionUrl",
  "aws:lambda/permission:Permission",
  "aws:s3/bucketObjectv2:BucketObjectv2",
  "aws:sns/topic:Topic",
  "aws:sns/topicSubscription:TopicSubscription",
  "aws:sqs/queue:Queue",
  "aws:sqs/queuePolicy:QueuePolicy",
  "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy",
];

it("of all that production creates, what is paid for by the month is counted", () => {
  const types = new Set(
    inject("production")
      .resources.map(({ type }) => type)
      .filter((type) => type.startsWith("aws:")),
  );
  const unknown = [...types].filter((type) => ![...PAID_BY_THE_MONTH, ...FREE_WHILE_UNUSED].includes(type));
  expect(unknown).toEqual([]);
  expect(PAID_BY_THE_MONTH.filter((type) => !types.has(type))).toEqual([]);
});
