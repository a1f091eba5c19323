import { type Graph, type Resource, resourcesOf } from "../../src/graph.ts";

export interface CounterExample {
  breaks: string;
  policy: string;
  stage?: "production" | "complete" | "personal";
  breakIt(graph: Graph): void;
  /** The one violation that is found. */
  says: RegExp;
}

type Inputs = Record<string, never>;

export function resource({
  graph,
  type,
  name,
}: {
  graph: Graph;
  type: string;
  name: string;
}): Resource & { inputs: Inputs } {
  const found = resourcesOf(graph, type).find((item) => item.name.includes(name));
  if (found === undefined) throw new TypeError(`there is no ${type} ${name}`);
  return found as Resource & { inputs: Inputs };
}

/** Lays values over the inputs of one resource. */
export function change(args: { graph: Graph; type: string; name: string; inputs: Record<string, unknown> }): void {
  Object.assign(resource(args).inputs, args.inputs);
}

/** Adds a resource of nobody's. */
export function add(
  graph: Graph,
  { type, name, ...given }: Pick<Resource, "type" | "name" | "inputs"> & Partial<Resource>,
) {
  (graph.resources as Resource[]).push({
    type,
    name,
    urn: `${type}::${name}`,
    aliases: [],
    isLookedUp: false,
    protected: graph.app.protect,
    retained: false,
    ...given,
  });
}

export function remove(args: { graph: Graph; type: string; name: string }): void {
  const resources = args.graph.resources as Resource[];
  resources.splice(resources.indexOf(resource(args)), 1);
}

/** Changes the JSON text in one of a resource's inputs. */
export function changeJson<T>(args: {
  graph: Graph;
  type: string;
  name: string;
  input: string;
  changed: (value: T) => unknown;
}): void {
  const { inputs } = resource(args);
  const value = JSON.parse(String(inputs[args.input])) as T;
  Object.assign(inputs, { [args.input]: JSON.stringify(args.changed(value)) });
}

export function addStatement(
  graph: Graph,
  { role = "DialQueueSubscriber", ...statement }: { role?: string; Action: string; Resource: string },
): void {
  const { inlinePolicies } = resource({ graph, type: ROLE, name: role }).inputs as unknown as {
    inlinePolicies: { policy: string }[];
  };
  for (const inline of inlinePolicies) {
    const policy = JSON.parse(inline.policy) as { Statement: object[] };
    policy.Statement.push({ Effect: "Allow", ...statement });
    inline.policy = JSON.stringify(policy);
  }
}

/** Lays values over groups of what the functions read at run time. */
export function changeSettings(graph: Graph, groups: Record<string, object>): void {
  const { properties } = resource({ graph, type: "sst:sst:LinkRef", name: "SettingsLinkRef" }).inputs as unknown as {
    properties: Record<string, object>;
  };
  for (const [group, values] of Object.entries(groups)) Object.assign(properties[group] ?? {}, values);
}

export const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";
export const QUEUE = "aws:sqs/queue:Queue";
export const ROLE = "aws:iam/role:Role";
export const FUNCTION = "aws:lambda/function:Function";
export const MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping";
export const TABLE = "aws:dynamodb/table:Table";
