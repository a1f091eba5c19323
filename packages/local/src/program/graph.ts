import type { MappingSettings, TableSettings } from "./declarations.ts";
import type { Program } from "./program.ts";

/** What the stacks describe, as plain sorted data under the components' own names: nothing in it depends on the run. */
export interface LocalGraph {
  app: { name: string; stage: string; region: string };
  apis: { name: string; routes: { route: string; function: string }[] }[];
  buses: string[];
  functions: GraphFunction[];
  mappings: (MappingSettings & { queue: string; function: string })[];
  queues: GraphQueue[];
  raw: { type: string; name: string; args: unknown }[];
  rules: GraphRule[];
  tables: (TableSettings & { name: string })[];
}

export interface GraphFunction {
  name: string;
  handler: string;
  timeoutSeconds: number;
  memoryMb: number;
  links: string[];
  environment: string[];
  url: boolean;
}

export interface GraphQueue {
  name: string;
  visibilityTimeoutSeconds: number;
  messageRetentionSeconds: number;
  delaySeconds: number;
  maximumMessageBytes: number;
  deadLetters: { queue: string; maxReceiveCount: number } | undefined;
}

export interface GraphRule {
  name: string;
  bus: string;
  enabled: boolean;
  pattern: Record<string, unknown>;
  target: {
    queue: string;
    deadLetters: string | undefined;
    retryPolicy: { maximumRetryAttempts?: number; maximumEventAgeInSeconds?: number } | undefined;
  };
}

export async function graphOf(program: Program): Promise<LocalGraph> {
  const nameOf = (arn: string) => program.queues.find((queue) => queue.arn === arn)?.name ?? arn;
  const [functions, mappings, queues, raw, rules, tables] = await Promise.all([
    Promise.all(program.functions.map(functionNode)),
    Promise.all(
      program.mappings.map(async ({ queue, functionName, settings }) => ({
        queue,
        function: functionName,
        ...(await settings),
      })),
    ),
    Promise.all(
      program.queues.map(async ({ name, settings }) => {
        const { redrive, ...others } = await settings;
        const deadLetters = redrive && {
          queue: nameOf(redrive.deadLetterArn),
          maxReceiveCount: redrive.maxReceiveCount,
        };
        return { name, ...others, deadLetters };
      }),
    ),
    Promise.all(
      program.raw.map(async ({ type, name, args }) => ({
        type,
        name,
        args: withoutPorts({ program, value: await args }),
      })),
    ),
    Promise.all(
      program.rules.map(async ({ name, bus, settings }) => {
        const { enabled, pattern, target } = await settings;
        const { arn, deadLetterArn, retryPolicy } = target;
        const deadLetters = deadLetterArn === undefined ? undefined : nameOf(deadLetterArn);
        return { name, bus, enabled, pattern, target: { queue: nameOf(arn), deadLetters, retryPolicy } };
      }),
    ),
    Promise.all(program.tables.map(async ({ name, settings }) => ({ name, ...(await settings) }))),
  ]);
  return {
    app: { name: program.app.name, stage: program.stage, region: program.app.region },
    apis: program.apis.map(apiNode).sort(byName),
    buses: program.buses.map(({ name }) => name).sort(),
    functions: functions.sort(byName),
    mappings: mappings.sort((a, b) => compare(a.queue, b.queue)),
    queues: queues.sort(byName),
    raw: raw.sort((a, b) => compare(a.type + a.name, b.type + b.name)),
    rules: rules.sort(byName),
    tables: tables.sort(byName),
  };
}

async function functionNode(declared: Program["functions"][number]): Promise<GraphFunction> {
  const settings = await declared.settings;
  return {
    name: declared.name,
    handler: settings.handler,
    timeoutSeconds: settings.timeoutSeconds,
    memoryMb: settings.memoryMb,
    links: declared.linkNames.toSorted(),
    environment: Object.keys(settings.environment).sort(),
    url: declared.url !== undefined,
  };
}

/** A queue's url as AWS would have it: the one of this run ends with it. */
function withoutPorts({ program, value }: { program: Program; value: unknown }): unknown {
  const aws = `https://sqs.${program.app.region}.amazonaws.com`;
  return JSON.parse(JSON.stringify(value).replaceAll(program.endpoints.sqs, aws));
}

function apiNode({ name, routes }: Program["apis"][number]) {
  const nodes = routes.map(({ route, functionName }) => ({ route, function: functionName }));
  return { name, routes: nodes.sort((a, b) => compare(a.route, b.route)) };
}

function byName(a: { name: string }, b: { name: string }): number {
  return compare(a.name, b.name);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
