import type { Graph } from "../../src/graph.ts";
import { addStatement, type CounterExample, change, FUNCTION, QUEUE, resource, TABLE } from "./breaking.ts";

/** Lets a link allow one thing more; the role of the function that has the link follows. */
function widen(
  graph: Graph,
  { link, role, ...right }: { link: string; role: string; action: string; type: string; name: string },
): void {
  const arn = String(resource({ graph, ...right }).arn);
  const { include } = resource({ graph, type: "sst:sst:LinkRef", name: `${link}LinkRef` }).inputs as unknown as {
    include: object[];
  };
  include.push({ type: "aws.permission", actions: [right.action], resources: [arn] });
  addStatement(graph, { role, Action: right.action, Resource: arn });
}

const POLICY = "a link lets its function do what was decided for it";

export const counterExamplesOfLinks: readonly CounterExample[] = [
  {
    breaks: "webhooks without a limit",
    policy: "the webhooks' public URL has a bound in production",
    breakIt: (graph) =>
      change({ graph, type: FUNCTION, name: "Webhooks", inputs: { reservedConcurrentExecutions: undefined } }),
    says: /^Webhooks may take all that the account runs$/,
  },
  {
    breaks: "a setting in the environment, beside the links",
    policy: "an environment holds the key of the linked resources, and nothing of our own",
    breakIt: (graph) =>
      change({ graph, type: FUNCTION, name: "Webhooks", inputs: { environment: { variables: { DEBUG: "true" } } } }),
    says: /^Webhooks has DEBUG$/,
  },
  {
    breaks: "webhooks that write the table",
    policy: POLICY,
    breakIt: (graph) =>
      widen(graph, { link: "CallsRead", role: "WebhooksRole", action: "dynamodb:PutItem", type: TABLE, name: "Calls" }),
    says: /webhooks\/lambda.handler may dynamodb:PutItem on Calls$/,
  },
  {
    breaks: "a health check that sends",
    policy: POLICY,
    breakIt: (graph) =>
      widen(graph, { link: "Health", role: "ApiRoute", action: "sqs:SendMessage", type: QUEUE, name: "StateQueue" }),
    says: /api\/lambda.handler may sqs:SendMessage on StateQueue$/,
  },
  {
    breaks: "a reducer that deletes calls",
    policy: POLICY,
    breakIt: (graph) =>
      widen(graph, {
        link: "CallsFold",
        role: "StateQueueSubscriber",
        action: "dynamodb:DeleteItem",
        type: TABLE,
        name: "Calls",
      }),
    says: /reducer\/lambda.handler may dynamodb:DeleteItem on Calls$/,
  },
];
