import type { Graph } from "./graph.ts";

/**
 * What is another one under another name: it holds something, others know it, or AWS has it under a name of its own, so
 * that to make the new one and then delete the old one leaves none.
 */
const NAMED = new Set([
  "aws:apigatewayv2/api:Api",
  "aws:apigatewayv2/apiMapping:ApiMapping",
  "aws:apigatewayv2/domainName:DomainName",
  "aws:cloudwatch/dashboard:Dashboard",
  "aws:cloudwatch/eventBus:EventBus",
  "aws:cloudwatch/eventRule:EventRule",
  "aws:cloudwatch/eventTarget:EventTarget",
  "aws:cloudwatch/logGroup:LogGroup",
  "aws:cloudwatch/metricAlarm:MetricAlarm",
  "aws:dynamodb/table:Table",
  "aws:kms/key:Key",
  "aws:lambda/eventSourceMapping:EventSourceMapping",
  "aws:lambda/function:Function",
  "aws:lambda/functionRecursionConfig:FunctionRecursionConfig",
  "aws:lambda/functionUrl:FunctionUrl",
  "aws:sns/topic:Topic",
  "aws:sns/topicSubscription:TopicSubscription",
  "aws:sqs/queue:Queue",
  "aws:sqs/queuePolicy:QueuePolicy",
  "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy",
  "sst:sst:Secret",
]);

/** Every variable of a deployment, so that a synthesis has every resource. */
export const EVERY_VARIABLE = {
  ALARM_EMAIL: "on-call@example.com",
  API_DOMAIN: "api.example.com",
  WEBHOOKS_DOMAIN: "webhooks.example.com",
};

/** SST ends the names of what takes from a queue, and of a route, with six letters of a hash of what they belong to. */
function readable(urn: string): string {
  const hashed = /^sst:aws:(QueueLambdaSubscriber|ApiGatewayV2LambdaRoute)\$/.test(urn);
  return hashed ? urn.replace(/(Subscriber|Route)[A-Z][a-z]{5}(?=[A-Z]|$)/, "$1") : urn;
}

/** Under which Pulumi keeps what a deployment of production may not lose, in order. */
export function namesOf({ resources }: Graph): string[] {
  return resources
    .filter(({ type, isLookedUp }) => NAMED.has(type) && !isLookedUp)
    .map(({ urn }) => readable(urn))
    .toSorted();
}

/** What a deployment would do to resources of these names. */
export function comparedWith({ graph, names }: { graph: Graph; names: readonly string[] }) {
  const here = namesOf(graph);
  const found = new Set([...here, ...graph.resources.flatMap(({ aliases }) => aliases.map(readable))]);
  return {
    lost: names.filter((name) => !found.has(name)),
    added: here.filter((name) => !names.includes(name)),
  };
}
