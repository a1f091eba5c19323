import { type Graph, type Resource, resourcesOf } from "./graph.ts";

/** A graph as what runs in AWS: each thing with what belongs to it, wherever the graph keeps that. */
export interface Cloud {
  graph: Graph;
  queues: readonly Queue[];
  functions: readonly CloudFunction[];
  mappings: readonly Mapping[];
  targets: readonly RuleTarget[];
}

export interface Queue {
  name: string;
  arn: string;
  url: string;
  visibilityTimeoutSeconds: number;
  messageRetentionSeconds: number;
  delaySeconds: number;
  maximumMessageBytes: number;
  isEncrypted: boolean;
  redrive: { deadLetterArn: string; maxReceiveCount: number } | undefined;
  /** Queues whose dead letters it may take; undefined where nothing restricts that. */
  sourceArns: readonly string[] | undefined;
}

export interface CloudFunction {
  name: string;
  arn: string;
  physicalName: string;
  handler: string;
  links: readonly string[];
  bundleBytes: number;
  loadedBytes: number;
  timeoutSeconds: number;
  memoryMb: number;
  reservedConcurrency: number | undefined;
  runtime: string;
  architectures: readonly string[];
  environment: Readonly<Record<string, string>>;
  logGroup: string;
  statements: readonly Statement[];
  managedPolicies: readonly string[];
  trusted: Statement;
}

export interface Statement {
  Effect: string;
  Action: string | readonly string[];
  Resource?: string | readonly string[];
  Principal?: Readonly<Record<string, string | readonly string[]>>;
  Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

export interface Mapping {
  queue: Queue | undefined;
  function: CloudFunction | undefined;
  batchSize: number;
  batchingWindowSeconds: number;
  maximumConcurrency: number | undefined;
  partialResponses: boolean;
}

export interface RuleTarget {
  rule: string;
  bus: string;
  enabled: boolean;
  pattern: Record<string, unknown>;
  queue: Queue | undefined;
  deadLetters: Queue | undefined;
  retryPolicy: { maximumEventAgeInSeconds?: number; maximumRetryAttempts?: number } | undefined;
}

export function cloudOf(graph: Graph): Cloud {
  const queues = resourcesOf(graph, "aws:sqs/queue:Queue").map((resource) => queueOf({ graph, resource }));
  const functions = graph.functions.map((built) => functionOf({ graph, built }));
  return {
    graph,
    queues,
    functions,
    mappings: resourcesOf(graph, "aws:lambda/eventSourceMapping:EventSourceMapping").map(({ inputs }) => ({
      queue: queues.find(({ arn }) => arn === inputs.eventSourceArn),
      function: functions.find(({ arn }) => arn === inputs.functionName),
      batchSize: Number(inputs.batchSize),
      batchingWindowSeconds: Number(inputs.maximumBatchingWindowInSeconds),
      maximumConcurrency: (inputs.scalingConfig as { maximumConcurrency?: number } | undefined)?.maximumConcurrency,
      partialResponses: (inputs.functionResponseTypes as string[]).includes("ReportBatchItemFailures"),
    })),
    targets: resourcesOf(graph, "aws:cloudwatch/eventTarget:EventTarget").map((target) =>
      targetOf({ graph, queues, target }),
    ),
  };
}

function queueOf({ graph, resource }: { graph: Graph; resource: Resource }): Queue {
  const { inputs, arn = "" } = resource;
  const [, , , region, account, name] = arn.split(":");
  const url = `https://sqs.${region}.amazonaws.com/${account}/${name}`;
  const redrive =
    inputs.redrivePolicy === undefined
      ? undefined
      : (JSON.parse(String(inputs.redrivePolicy)) as { deadLetterTargetArn: string; maxReceiveCount: number });
  const allow = resourcesOf(graph, "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy").find(
    (policy) => policy.inputs.queueUrl === url,
  );
  return {
    name: resource.parent ?? resource.name,
    arn,
    url,
    visibilityTimeoutSeconds: Number(inputs.visibilityTimeoutSeconds),
    messageRetentionSeconds: Number(inputs.messageRetentionSeconds ?? 4 * 24 * 3600),
    delaySeconds: Number(inputs.delaySeconds ?? 0),
    // The provider's default, where SQS's own would be four times that.
    maximumMessageBytes: Number(inputs.maxMessageSize ?? 256 * 1024),
    isEncrypted: inputs.sqsManagedSseEnabled === true || inputs.kmsMasterKeyId !== undefined,
    redrive: redrive && { deadLetterArn: redrive.deadLetterTargetArn, maxReceiveCount: redrive.maxReceiveCount },
    sourceArns:
      allow && (JSON.parse(String(allow.inputs.redriveAllowPolicy)) as { sourceQueueArns?: string[] }).sourceQueueArns,
  };
}

function functionOf({ graph, built }: { graph: Graph; built: Graph["functions"][number] }): CloudFunction {
  const of = (type: string) => {
    const resource = resourcesOf(graph, type).find(({ parent }) => parent === built.name);
    if (resource === undefined) throw new TypeError(`${built.name} has no ${type}`);
    return resource;
  };
  const { inputs, arn = "" } = of("aws:lambda/function:Function");
  const role = of("aws:iam/role:Role").inputs;
  const inline = (role.inlinePolicies ?? []) as { policy: string }[];
  return {
    ...built,
    arn,
    physicalName: String(inputs.name),
    timeoutSeconds: Number(inputs.timeout),
    memoryMb: Number(inputs.memorySize),
    reservedConcurrency: inputs.reservedConcurrentExecutions as number | undefined,
    runtime: String(inputs.runtime),
    architectures: inputs.architectures as string[],
    environment: (inputs.environment as { variables?: Record<string, string> } | undefined)?.variables ?? {},
    logGroup: String((inputs.loggingConfig as { logGroup?: string } | undefined)?.logGroup),
    statements: inline.flatMap(({ policy }) => statementsOf(policy)),
    managedPolicies: (role.managedPolicyArns ?? []) as string[],
    trusted: statementsOf(role.assumeRolePolicy)[0] ?? { Effect: "Deny", Action: [] },
  };
}

function targetOf(args: { graph: Graph; queues: readonly Queue[]; target: Resource }): RuleTarget {
  const { graph, queues, target } = args;
  const { arn, rule, deadLetterConfig, retryPolicy } = target.inputs;
  const ruleInputs = resourcesOf(graph, "aws:cloudwatch/eventRule:EventRule").find(
    ({ inputs }) => inputs.name === rule,
  )?.inputs;
  const deadLetterArn = (deadLetterConfig as { arn?: string } | undefined)?.arn;
  return {
    rule: target.parent ?? target.name,
    bus: String(ruleInputs?.eventBusName),
    enabled: ruleInputs?.state !== "DISABLED",
    pattern: JSON.parse(String(ruleInputs?.eventPattern ?? "{}")) as Record<string, unknown>,
    queue: queues.find((queue) => queue.arn === arn),
    deadLetters: queues.find((queue) => queue.arn === deadLetterArn),
    retryPolicy: retryPolicy as RuleTarget["retryPolicy"],
  };
}

export function statementsOf(policy: unknown): Statement[] {
  return (JSON.parse(String(policy)) as { Statement: Statement[] }).Statement;
}

/** One or several, as IAM allows both. */
export function listOf(value: string | readonly string[] | undefined): readonly string[] {
  return value === undefined ? [] : typeof value === "string" ? [value] : value;
}
