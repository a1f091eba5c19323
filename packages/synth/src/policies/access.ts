import { type Cloud, type CloudFunction, listOf, type Statement, statementsOf } from "../cloud.ts";
import { resourcesOf } from "../graph.ts";
import { SECRET_IN_CLEAR } from "../secret-value.ts";
import type { Policy } from "./policy.ts";

/** What the service that polls a queue for a function does in the function's name. */
const CONSUME = [
  "sqs:ChangeMessageVisibility",
  "sqs:DeleteMessage",
  "sqs:GetQueueAttributes",
  "sqs:GetQueueUrl",
  "sqs:ReceiveMessage",
];

/** Each with why it cannot be narrower. */
const FORCED_MANAGED_POLICIES: Readonly<Record<string, string>> = {
  "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole":
    "SST attaches it to every role: to create log groups and write to them, whatever their name",
};

/** What SST puts there: names of app and stage, the key of `resource.enc`, in which the links are, and that file's name. */
const OF_SST = ["SST_RESOURCE_App", "SST_KEY", "SST_KEY_FILE"];

const permits = ({ Effect, Action, Resource, Condition }: Statement): string[] =>
  listOf(Action).flatMap((action) =>
    listOf(Resource).map((resource) => `${Effect} ${action} on ${resource} ${JSON.stringify(Condition ?? {})}`),
  );

/** What a function's links include. */
export function includedIn({ links: names }: CloudFunction, { graph }: Cloud): Statement[] {
  const links = resourcesOf(graph, "sst:sst:LinkRef").filter(({ name }) =>
    names.includes(name.replace(/LinkRef$/, "")),
  );
  const included = links.flatMap(
    ({ inputs }) => (inputs.include ?? []) as { type: string; actions: string[]; resources: string[] }[],
  );
  return included
    .filter(({ type }) => type === "aws.permission")
    .map(({ actions, resources }) => ({ Effect: "Allow", Action: actions, Resource: resources }));
}

/** What its links include, and the reading of its queue. */
function neededBy({ fn, cloud }: { fn: CloudFunction; cloud: Cloud }): Statement[] {
  const consumed = cloud.mappings.filter((mapping) => mapping.function?.arn === fn.arn);
  return [
    ...includedIn(fn, cloud),
    ...consumed.map(({ queue }) => ({ Effect: "Allow", Action: CONSUME, Resource: queue?.arn ?? "" })),
  ];
}

export const accessPolicies: readonly Policy[] = [
  {
    name: "a function may do what its links need, and nothing else",
    violations: (cloud) =>
      cloud.functions.flatMap((fn) => {
        const given = new Set(fn.statements.flatMap(permits));
        const needed = new Set(neededBy({ fn, cloud }).flatMap(permits));
        return [
          ...[...given.difference(needed)].map((permit) => `${fn.name} has, and does not need: ${permit}`),
          ...[...needed.difference(given)].map((permit) => `${fn.name} needs, and does not have: ${permit}`),
        ];
      }),
  },
  {
    name: "nothing is allowed on everything, and no right is a whole service",
    violations: ({ functions }) =>
      functions.flatMap(({ name, statements, managedPolicies }) => [
        ...statements.flatMap(({ Action, Resource }) => [
          ...listOf(Resource)
            .filter((resource) => resource === "*")
            .map(() => `${name} may ${listOf(Action).join(", ")} on *`),
          ...listOf(Action)
            .filter((action) => action.includes("*"))
            .map((action) => `${name} may ${action}`),
        ]),
        ...managedPolicies
          .filter((arn) => FORCED_MANAGED_POLICIES[arn] === undefined)
          .map((arn) => `${name} has the managed policy ${arn}`),
      ]),
  },
  {
    name: "a function's role is Lambda's alone to assume",
    violations: ({ functions }) =>
      functions
        .filter(({ trusted }) => JSON.stringify(trusted.Principal) !== `{"Service":"lambda.amazonaws.com"}`)
        .map(({ name, trusted }) => `${name} may be assumed by ${JSON.stringify(trusted.Principal)}`),
  },
  {
    name: "only rules of a bus of ours send to a queue from outside",
    violations: ({ graph, queues }) =>
      resourcesOf(graph, "aws:sqs/queuePolicy:QueuePolicy").flatMap(({ name, inputs }) =>
        statementsOf(inputs.policy).flatMap((statement) => {
          const queue = queues.find(({ url }) => url === inputs.queueUrl);
          const sources = listOf(statement.Condition?.ArnLike?.["aws:SourceArn"]);
          return [
            ...(listOf(statement.Resource).join() === queue?.arn ? [] : [`${name} is about another queue`]),
            ...(JSON.stringify(statement.Principal) === `{"Service":"events.amazonaws.com"}`
              ? []
              : [`${name} lets ${JSON.stringify(statement.Principal)} send`]),
            ...(sources.length > 0 && sources.every((source) => isRuleOfOurs({ source, graph }))
              ? []
              : [`${name} lets ${sources.join(", ") || "every rule in AWS"} send`]),
          ];
        }),
      ),
  },
  {
    name: "the one public function URL is the webhooks'",
    violations: ({ graph }) => [
      ...resourcesOf(graph, "aws:lambda/functionUrl:FunctionUrl")
        .filter(({ parent, inputs }) => parent !== "Webhooks" && inputs.authorizationType !== "AWS_IAM")
        .map(({ parent }) => `${parent} has a public URL`),
      ...resourcesOf(graph, "aws:lambda/permission:Permission")
        .filter(({ parent, inputs }) => inputs.principal === "*" && parent !== "Webhooks")
        .map(({ parent }) => `${parent} may be invoked by everybody`),
    ],
  },
  {
    // It has no throttle: https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html
    name: "the webhooks' public URL has a bound in production",
    violations: ({ graph, functions }) =>
      graph.app.stage === "production"
        ? functions
            .filter(({ name, reservedConcurrency }) => name === "Webhooks" && reservedConcurrency === undefined)
            .map(({ name }) => `${name} may take all that the account runs`)
        : [],
  },
  {
    name: "no access log tells the path of a webhook, which proves itself by it",
    violations: ({ graph, functions }) => {
      const webhooks = functions.find(({ name }) => name === "Webhooks");
      const gateways = resourcesOf(graph, "aws:apigatewayv2/integration:Integration")
        .filter(({ inputs }) => webhooks !== undefined && inputs.integrationUri === webhooks.arn)
        .map(({ inputs }) => inputs.apiId);
      return resourcesOf(graph, "aws:apigatewayv2/stage:Stage")
        .filter(({ inputs }) => gateways.includes(inputs.apiId) && inputs.accessLogSettings !== undefined)
        .map(({ parent }) => `${parent} logs every request`);
    },
  },
  {
    name: "no secret stands in an environment variable",
    violations: ({ functions }) =>
      functions.flatMap(({ name, environment }) =>
        Object.entries(environment)
          .filter(([, value]) => SECRET_IN_CLEAR.test(value))
          .map(([variable]) => `${name} has a secret in ${variable}`),
      ),
  },
  {
    name: "an environment holds the key of the linked resources, and nothing of our own",
    violations: ({ functions }) =>
      functions.flatMap(({ name, environment }) =>
        Object.keys(environment)
          .filter((variable) => !OF_SST.includes(variable))
          .map((variable) => `${name} has ${variable}`),
      ),
  },
];

function isRuleOfOurs({ source, graph }: { source: string; graph: Cloud["graph"] }): boolean {
  const buses = resourcesOf(graph, "aws:cloudwatch/eventBus:EventBus").map(({ arn }) => arn);
  const bus = source.replace(/\/[^/]*$/, "").replace(":rule/", ":event-bus/");
  return source.includes(":rule/") && buses.includes(bus);
}
