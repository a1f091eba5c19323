import { type Graph, resourcesOf } from "../graph.ts";
import type { Policy } from "./policy.ts";

const isProduction = ({ app }: Graph): boolean => app.stage === "production";
const tablesOf = (graph: Graph) => resourcesOf(graph, "aws:dynamodb/table:Table");
const isOn = (setting: unknown): boolean => (setting as { enabled?: boolean } | undefined)?.enabled === true;

/** They hold something, or others know them by their address, or have subscribed to them. */
const HELD = [
  "aws:apigatewayv2/api:Api",
  "aws:apigatewayv2/domainName:DomainName",
  "aws:cloudwatch/eventBus:EventBus",
  "aws:dynamodb/table:Table",
  "aws:lambda/functionUrl:FunctionUrl",
  "aws:sns/topic:Topic",
  "aws:sqs/queue:Queue",
];

/** Pulumi has them as resources, AWS as settings of one: to delete the former self is to delete the new one, too. */
const SETTINGS_OF_ANOTHER = [
  "aws:lambda/functionRecursionConfig:FunctionRecursionConfig",
  "aws:sqs/queuePolicy:QueuePolicy",
  "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy",
];

export const keepingPolicies: readonly Policy[] = [
  {
    name: "a table can be restored to any second, and forgets what has expired",
    violations: ({ graph }) =>
      tablesOf(graph).flatMap(({ parent, inputs }) => [
        ...(isOn(inputs.pointInTimeRecovery) ? [] : [`${parent} cannot be restored`]),
        ...(isOn(inputs.ttl) ? [] : [`${parent} never forgets`]),
      ]),
  },
  {
    name: "production is protected and keeps its data, other stages leave nothing behind",
    violations: ({ graph }) => {
      const { app } = graph;
      const wanted = isProduction(graph);
      return [
        ...(app.protect === wanted ? [] : [`the app's protect is ${app.protect}`]),
        ...(app.removal === (wanted ? "retain" : "remove") ? [] : [`the app's removal is ${app.removal}`]),
        ...tablesOf(graph).flatMap(({ parent, inputs, retained }) => [
          ...(retained === wanted ? [] : [`${parent} is ${retained ? "" : "not "}retained`]),
          ...((inputs.deletionProtectionEnabled === true) === wanted
            ? []
            : [`${parent} is ${wanted ? "not " : ""}protected from deletion`]),
        ]),
        ...graph.resources
          .filter(({ type, isLookedUp }) => HELD.includes(type) && !isLookedUp)
          .filter((resource) => resource.protected !== wanted)
          .map(({ name }) => `a deployment ${wanted ? "may" : "may not"} delete or replace ${name}`),
      ];
    },
  },
  {
    name: "a setting of another resource is not deleted where it only moves",
    violations: ({ graph }) =>
      graph.resources
        .filter(({ type, retained }) => SETTINGS_OF_ANOTHER.includes(type) && !retained)
        .map(({ name }) => `${name} would be set, and then deleted`),
  },
  {
    name: "what rests is encrypted",
    // Tables, buses and log groups always are, with a key of AWS's own unless they name another; a topic is on encrypted disks.
    violations: ({ queues }) =>
      queues.filter(({ isEncrypted }) => !isEncrypted).map(({ name }) => `${name} is not encrypted`),
  },
  {
    name: "logs are kept for a time that was chosen",
    violations: ({ graph, functions }) => [
      ...resourcesOf(graph, "aws:cloudwatch/logGroup:LogGroup")
        .filter(({ inputs }) => !inputs.retentionInDays)
        .map(({ name }) => `${name} is kept for ever`),
      ...functions
        .filter(
          ({ logGroup }) =>
            !resourcesOf(graph, "aws:cloudwatch/logGroup:LogGroup").some(({ inputs }) => inputs.name === logGroup),
        )
        .map(({ name }) => `${name} logs into a group of nobody's`),
    ],
  },
];
