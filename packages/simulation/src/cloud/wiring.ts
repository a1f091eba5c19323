import type { Settings } from "@promptcall/core/contracts/settings";
import type { GraphFunction, GraphQueue, GraphRule, LocalGraph } from "@promptcall/local/program/graph";
import { WiringError } from "../errors.ts";
import type { Stacks } from "./stacks.ts";

export type Mapping = LocalGraph["mappings"][number];

/** A function as it is deployed. */
export interface WiredFunction extends GraphFunction {
  /** Whether it may recurse: run again and again in one chain of messages. */
  readonly mayRecurse: boolean;
}

/** How the deployed resources are connected, read from the stacks. */
export interface Wiring {
  readonly settings: Settings;
  readonly functions: ReadonlyMap<string, WiredFunction>;
  readonly queues: readonly GraphQueue[];
  readonly mappings: readonly Mapping[];
  readonly rules: readonly GraphRule[];
  /** The names of the functions behind HTTP. */
  readonly api: string;
  readonly webhooks: string;
  /** The queue of parked results. */
  readonly parked: string;
}

/** Parked results wait here; every other queue has a consumer. */
const PARKED = "CallbacksDeadLetters";

/** @throws {WiringError} when the stacks have something that nobody here knows how to simulate, or lack something */
export function wiringOf({ graph, settings }: Stacks, { handlers }: { handlers: ReadonlySet<string> }): Wiring {
  const recursive = functionsThatMayRecurse(graph);
  const functions = new Map(
    graph.functions.map((fn) => [fn.name, { ...fn, mayRecurse: recursive.has(fn.name) }] as const),
  );
  refuseOtherHandlers(graph, handlers);
  refuseOtherQueues(graph);
  refuseWhatAwsRefuses(graph);
  if (graph.tables.length !== 1 || graph.buses.length !== 1)
    throw new WiringError(`One table and one bus are simulated, not ${graph.tables.length} and ${graph.buses.length}.`);
  const { mappings, queues, rules } = graph;
  return {
    settings,
    functions,
    queues,
    mappings,
    rules,
    api: apiOf(graph),
    webhooks: webhooksOf(graph),
    parked: PARKED,
  };
}

function refuseOtherHandlers({ functions }: LocalGraph, handlers: ReadonlySet<string>): void {
  for (const { name, handler } of functions)
    if (!handlers.has(handler)) throw new WiringError(`The handler ${handler} of ${name} is not simulated.`);
  const deployed = new Set(functions.map(({ handler }) => handler));
  for (const handler of handlers)
    if (!deployed.has(handler)) throw new WiringError(`The handler ${handler} is simulated, and nothing deploys it.`);
}

function refuseOtherQueues({ queues, mappings }: LocalGraph): void {
  const consumed = new Set(mappings.map(({ queue }) => queue));
  const waiting = queues.map(({ name }) => name).filter((name) => !consumed.has(name));
  const unknown = waiting.find((name) => name !== PARKED);
  if (unknown !== undefined) throw new WiringError(`Nobody takes messages from the queue ${unknown}.`);
  if (waiting.length === 0) throw new WiringError(`The queue ${PARKED}, where results wait, is missing or consumed.`);
}

/** "Queue visibility timeout: … seconds is less than Function timeout: … seconds" */
function refuseWhatAwsRefuses({ mappings, queues, functions }: LocalGraph): void {
  for (const mapping of mappings) {
    const { visibilityTimeoutSeconds = 0 } = queues.find(({ name }) => name === mapping.queue) ?? {};
    const { timeoutSeconds = 0 } = functions.find(({ name }) => name === mapping.function) ?? {};
    if (visibilityTimeoutSeconds < timeoutSeconds)
      throw new WiringError(`Messages of ${mapping.queue} are visible again while ${mapping.function} is at work.`);
  }
}

function apiOf({ apis }: LocalGraph): string {
  const routes = apis.flatMap((api) => api.routes);
  const [only] = routes;
  if (only === undefined || routes.length > 1 || only.route !== "$default")
    throw new WiringError("One API with one route for everything is simulated.");
  return only.function;
}

function webhooksOf({ functions }: LocalGraph): string {
  const [only, ...others] = functions.filter(({ url }) => url);
  if (only === undefined || others.length > 0) throw new WiringError("One function with an address is simulated.");
  return only.name;
}

function functionsThatMayRecurse({ raw, functions, app }: LocalGraph): ReadonlySet<string> {
  const physical = new Map(functions.map(({ name }) => [`${app.name}-${app.stage}-${name}`, name]));
  const allowed = raw
    .filter(({ type }) => type === "aws.lambda.FunctionRecursionConfig")
    .map(({ args }) => args as { functionName: string; recursiveLoop: string })
    .filter(({ recursiveLoop }) => recursiveLoop === "Allow")
    .map(({ functionName }) => physical.get(functionName) ?? functionName);
  return new Set(allowed);
}
