import { config } from "./functions.ts";

const keep = (_args: object | undefined, options: { protect?: boolean }) => {
  options.protect = true;
};

/**
 * What holds messages and calls, and what others know by its address or have subscribed to. Under another name it would
 * be another one, and empty: a deployment of production that would delete or replace one of these is refused. How to
 * rename is in docs/versions.md. SST's `removal: "retain"` keeps tables and buckets, no queues, and renames them all
 * the same.
 */
if (config.production) {
  $transform(aws.sqs.Queue, keep);
  $transform(aws.dynamodb.Table, keep);
  $transform(aws.cloudwatch.EventBus, keep);
  $transform(aws.apigatewayv2.Api, keep);
  $transform(aws.apigatewayv2.DomainName, keep);
  $transform(aws.lambda.FunctionUrl, keep);
  $transform(aws.sns.Topic, keep);
}

const leaveWhenMoved = (_args: object | undefined, options: { retainOnDelete?: boolean }) => {
  options.retainOnDelete = true;
};

/**
 * Settings of another resource, which to Pulumi are resources of their own. One that gets another name, or another
 * parent, is set first, and its former self deleted then, which is the same setting: the queue would end up without one
 * (https://github.com/pulumi/pulumi-aws/issues/1923). Nothing is left behind: they go with what they are settings of.
 */
$transform(aws.sqs.QueuePolicy, leaveWhenMoved);
$transform(aws.sqs.RedriveAllowPolicy, leaveWhenMoved);
$transform(aws.lambda.FunctionRecursionConfig, leaveWhenMoved);
