import type { LocalGraph } from "@promptcall/local/program/graph";
import { type CloudFunction, cloudOf } from "./cloud.ts";
import { type Graph, type Resource, resourcesOf } from "./graph.ts";

/** The wiring that both graphs have, in the terms of the local run. */
export type Wiring = Pick<LocalGraph, "app" | "apis" | "buses" | "mappings" | "queues" | "rules" | "tables"> & {
  functions: Omit<LocalGraph["functions"][number], "environment">[];
  raw: Pick<LocalGraph["raw"][number], "type" | "name">[];
};

export function wiringOfLocal({ functions, raw, ...graph }: LocalGraph): Wiring {
  return {
    ...graph,
    functions: functions.map(({ environment: _environment, ...fn }) => fn),
    raw: raw.map(({ type, name }) => ({ type, name })),
  };
}

export function wiringOf(graph: Graph): Wiring {
  const { queues, functions, mappings, targets } = cloudOf(graph);
  const queueNameOf = (arn: string | undefined) => queues.find((queue) => queue.arn === arn)?.name ?? String(arn);
  const { name, stage, region } = graph.app;
  return {
    app: { name, stage, region },
    apis: resourcesOf(graph, "sst:aws:ApiGatewayV2").map((api) => apiOf({ graph, api, functions })),
    buses: resourcesOf(graph, "sst:aws:Bus").map((bus) => bus.name),
    functions: functions.map((fn) => functionOf({ graph, fn })).sort(by("name")),
    mappings: mappings
      .map(({ queue, function: fn, ...settings }) => ({
        queue: queue?.name ?? "",
        function: nameOf({ name: fn?.name ?? "", graph }),
        ...settings,
      }))
      .sort(by("queue")),
    queues: queues
      .map(
        ({ name, visibilityTimeoutSeconds, messageRetentionSeconds, delaySeconds, maximumMessageBytes, redrive }) => ({
          name,
          visibilityTimeoutSeconds,
          messageRetentionSeconds,
          delaySeconds,
          maximumMessageBytes,
          deadLetters: redrive && {
            queue: queueNameOf(redrive.deadLetterArn),
            maxReceiveCount: redrive.maxReceiveCount,
          },
        }),
      )
      .sort(by("name")),
    rules: targets
      .map(({ rule, bus, enabled, pattern, queue, deadLetters, retryPolicy }) => ({
        name: rule,
        bus: resourcesOf(graph, EVENT_BUS).find(({ inputs }) => inputs.name === bus)?.parent ?? bus,
        enabled,
        pattern,
        target: { queue: queue?.name ?? "", deadLetters: deadLetters?.name, retryPolicy },
      }))
      .sort(by("name")),
    tables: resourcesOf(graph, "aws:dynamodb/table:Table").map(tableOf).sort(by("name")),
    raw: graph.resources
      .filter(({ type, parent }) => type.startsWith("aws:") && parent === undefined)
      .map(({ type, name }) => ({ type: dotted(type), name }))
      .sort((a, b) => compare(a.type + a.name, b.type + b.name)),
  };
}

const ROUTE = "aws:apigatewayv2/route:Route";
const EVENT_BUS = "aws:cloudwatch/eventBus:EventBus";

/** SST makes names unique with six letters of a hash: the local run has no need of them, and names routes readably. */
function nameOf({ name, graph }: { name: string; graph: Graph }): string {
  const route = resourcesOf(graph, ROUTE).find(({ parent }) => name === `${parent}Handler`);
  if (route === undefined) return name.replace(/Subscriber[A-Z][a-z]{5}Function$/, "SubscriberFunction");
  const words = String(route.inputs.routeKey).match(/[a-zA-Z0-9]+/g) ?? [];
  const readable = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
  return name.replace(/[A-Z][a-z]{5}Handler$/, `${readable}Handler`);
}

function functionOf({ graph, fn }: { graph: Graph; fn: CloudFunction }): Wiring["functions"][number] {
  return {
    name: nameOf({ name: fn.name, graph }),
    handler: fn.handler,
    timeoutSeconds: fn.timeoutSeconds,
    memoryMb: fn.memoryMb,
    links: [...fn.links],
    url: resourcesOf(graph, "aws:lambda/functionUrl:FunctionUrl").some(({ parent }) => parent === fn.name),
  };
}

function apiOf(args: { graph: Graph; api: Resource; functions: readonly CloudFunction[] }): Wiring["apis"][number] {
  const { graph, api, functions } = args;
  const routes = resourcesOf(graph, ROUTE).filter(({ name }) => name.startsWith(api.name));
  const functionBehind = (route: Resource) =>
    functions.find(({ name }) => name === `${route.parent}Handler`)?.name ?? "";
  return {
    name: api.name,
    routes: routes.map((route) => ({
      route: String(route.inputs.routeKey),
      function: nameOf({ name: functionBehind(route), graph }),
    })),
  };
}

const FIELD_TYPES = { S: "string", N: "number", B: "binary" } as const;

interface TableIndex {
  name: string;
  hashKey: string;
  rangeKey?: string;
  projectionType: string;
}

function tableOf({ parent, inputs }: Resource): Wiring["tables"][number] {
  const attributes = inputs.attributes as { name: string; type: keyof typeof FIELD_TYPES }[];
  const indexes = (inputs.globalSecondaryIndexes ?? []) as TableIndex[];
  const ttl = inputs.ttl as { attributeName: string; enabled: boolean } | undefined;
  return {
    name: parent ?? "",
    fields: Object.fromEntries(attributes.map(({ name, type }) => [name, FIELD_TYPES[type]])),
    primaryIndex: { hashKey: String(inputs.hashKey), rangeKey: inputs.rangeKey as string | undefined },
    globalIndexes: indexes.map(({ name, hashKey, rangeKey, projectionType }) => ({
      name,
      hashKey,
      rangeKey,
      projection: projectionType === "ALL" ? ("all" as const) : ("keys-only" as const),
    })),
    ttl: ttl?.enabled ? ttl.attributeName : undefined,
    warmThroughput: inputs.warmThroughput as Wiring["tables"][number]["warmThroughput"],
  };
}

/** "aws:sqs/queuePolicy:QueuePolicy" is what a program calls `aws.sqs.QueuePolicy`. */
function dotted(type: string): string {
  const [, module = "", name = ""] = type.split(":");
  return `aws.${module.split("/")[0]}.${name}`;
}

function by<Key extends string>(key: Key) {
  return (a: Readonly<Record<Key, string>>, b: Readonly<Record<Key, string>>) => compare(a[key], b[key]);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
