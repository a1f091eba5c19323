import { InvalidArgumentError, QueueAlreadySubscribedError } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import { applyTransform, checkArguments, type ResourceOptions, type Transform } from "../arguments.ts";
import { type DurationHours, type DurationMinutes, toSeconds } from "../duration.ts";
import { type Input, type Output, output, resolveInput } from "../output.ts";
import { currentProgram, heldUntilStart, type Program } from "../program.ts";
import { declareFunction, type FunctionArgs } from "./function.ts";
import { permission } from "./permission.ts";

/** The subset of Pulumi's `aws.sqs.QueueArgs` that has a meaning here. */
export interface QueueResourceArgs {
  visibilityTimeoutSeconds?: Input<number>;
  messageRetentionSeconds?: Input<number>;
  delaySeconds?: Input<number>;
  maxMessageSize?: Input<number>;
  redrivePolicy?: Input<string> | undefined;
  tags?: Input<Record<string, string>>;
  sqsManagedSseEnabled?: Input<boolean>;
}

export interface QueueArgs {
  delay?: Input<DurationMinutes>;
  visibilityTimeout?: Input<DurationHours>;
  dlq?: Input<string | { queue: Input<string>; retry: Input<number> }>;
  transform?: { queue?: Transform<QueueResourceArgs> };
}

/** The subset of Pulumi's `aws.lambda.EventSourceMappingArgs` that has a meaning here. */
export interface EventSourceMappingResourceArgs {
  batchSize?: Input<number>;
  maximumBatchingWindowInSeconds?: Input<number>;
  functionResponseTypes?: Input<string[]>;
  scalingConfig?: Input<{ readonly maximumConcurrency?: Input<number> }>;
}

export interface QueueSubscriberArgs {
  batch?: Input<{ size?: Input<number>; window?: Input<DurationMinutes>; partialResponses?: Input<boolean> }>;
  transform?: { eventSourceMapping?: Transform<EventSourceMappingResourceArgs> };
}

const RESOURCE_WITHOUT_EFFECT = {
  tags: "nobody is billed",
  sqsManagedSseEnabled: "messages are in this machine's memory",
};

export class Queue {
  readonly linkName: string;
  readonly linkType = "sst.aws.Queue";
  readonly arn: Output<string>;
  readonly url: Output<string>;
  readonly #program: Program;
  readonly #arn: string;
  #subscribed = false;

  constructor(name: string, args: QueueArgs = {}, _options: ResourceOptions = {}) {
    const component = `sst.aws.Queue "${name}"`;
    checkArguments({ component, given: args, supported: ["delay", "visibilityTimeout", "dlq", "transform"] });
    checkArguments({ component, given: args.transform, supported: ["queue"], prefix: "transform" });
    const program = currentProgram();
    program.claim({ name, type: this.linkType });
    const physicalName = program.physicalName(name);
    this.#program = program;
    this.#arn = program.arn({ service: "sqs", resource: physicalName });
    this.linkName = name;
    this.arn = output(this.#arn);
    this.url = output(`${program.endpoints.sqs}/000000000000/${physicalName}`);
    program.queues.push({
      name,
      physicalName,
      arn: this.#arn,
      settings: heldUntilStart(queueSettings({ name, args })),
    });
    program.register(this);
  }

  get nodes() {
    return {
      queue: { arn: this.arn, url: this.url, id: this.url, name: output(this.#program.physicalName(this.linkName)) },
    };
  }

  subscribe(subscriber: string | FunctionArgs, args: QueueSubscriberArgs = {}, _options: ResourceOptions = {}) {
    if (this.#subscribed) throw new QueueAlreadySubscribedError({ queue: this.linkName });
    this.#subscribed = true;
    const name = `${this.linkName}Subscriber`;
    const component = `sst.aws.Queue "${this.linkName}".subscribe`;
    checkArguments({ component, given: args, supported: ["batch", "transform"] });
    checkArguments({ component, given: args.transform, supported: ["eventSourceMapping"], prefix: "transform" });
    const fn = declareFunction({ program: this.#program, name: `${name}Function`, args: subscriber });
    this.#program.mappings.push({
      queue: this.linkName,
      functionName: fn.name,
      settings: heldUntilStart(mappingSettings({ name, component, args })),
    });
    return { nodes: { function: { arn: output(fn.arn), name: output(fn.physicalName) } } };
  }

  getSSTLink() {
    return { properties: { url: this.url }, include: [permission({ actions: ["sqs:*"], resources: [this.arn] })] };
  }
}

async function queueSettings({ name, args }: { name: string; args: QueueArgs }) {
  const component = `sst.aws.Queue "${name}"`;
  const dlq = await resolveInput(args.dlq);
  const redrive = typeof dlq === "string" ? { queue: dlq, retry: 3 } : dlq;
  const resource = await resolveInput(
    applyTransform<QueueResourceArgs>({
      transform: args.transform?.queue,
      name: `${name}Queue`,
      args: {
        visibilityTimeoutSeconds: toSeconds(await resolveInput(args.visibilityTimeout ?? "30 seconds")),
        delaySeconds: toSeconds(await resolveInput(args.delay ?? "0 seconds")),
        redrivePolicy:
          redrive && JSON.stringify({ deadLetterTargetArn: redrive.queue, maxReceiveCount: redrive.retry }),
      },
    }),
  );
  checkArguments({
    component,
    given: resource,
    supported: [
      "visibilityTimeoutSeconds",
      "messageRetentionSeconds",
      "delaySeconds",
      "maxMessageSize",
      "redrivePolicy",
    ],
    withoutEffect: RESOURCE_WITHOUT_EFFECT,
    prefix: "transform.queue",
  });
  return {
    visibilityTimeoutSeconds: (await resolveInput(resource.visibilityTimeoutSeconds)) ?? 30,
    messageRetentionSeconds: (await resolveInput(resource.messageRetentionSeconds)) ?? 4 * 24 * 3_600,
    delaySeconds: (await resolveInput(resource.delaySeconds)) ?? 0,
    maximumMessageBytes: (await resolveInput(resource.maxMessageSize)) ?? LIMITS.sqs.undeclaredMessageBytes,
    redrive: parseRedrive({ component, policy: await resolveInput(resource.redrivePolicy) }),
  };
}

function parseRedrive({ component, policy }: { component: string; policy: string | undefined }) {
  if (policy === undefined) return undefined;
  const parsed = JSON.parse(policy) as { deadLetterTargetArn?: unknown; maxReceiveCount?: unknown };
  const maxReceiveCount = Number(parsed.maxReceiveCount);
  if (typeof parsed.deadLetterTargetArn !== "string" || !Number.isInteger(maxReceiveCount) || maxReceiveCount < 1) {
    throw new InvalidArgumentError({ component, reason: `the redrive policy ${policy} is not one.` });
  }
  return { deadLetterArn: parsed.deadLetterTargetArn, maxReceiveCount };
}

async function mappingSettings(given: { name: string; component: string; args: QueueSubscriberArgs }) {
  const { component } = given;
  const batch = await resolveInput(given.args.batch);
  checkArguments({ component, given: batch, supported: ["size", "window", "partialResponses"], prefix: "batch" });
  const window = await resolveInput(batch?.window);
  const resource = await resolveInput(
    applyTransform<EventSourceMappingResourceArgs>({
      transform: given.args.transform?.eventSourceMapping,
      name: `${given.name}EventSourceMapping`,
      args: {
        functionResponseTypes: (await resolveInput(batch?.partialResponses)) ? ["ReportBatchItemFailures"] : [],
        batchSize: batch?.size ?? 10,
        maximumBatchingWindowInSeconds: window ? toSeconds(window) : 0,
      },
    }),
  );
  checkArguments({
    component,
    given: resource,
    supported: ["batchSize", "maximumBatchingWindowInSeconds", "functionResponseTypes", "scalingConfig"],
    prefix: "transform.eventSourceMapping",
  });
  const settings = {
    batchSize: (await resolveInput(resource.batchSize)) ?? 10,
    batchingWindowSeconds: (await resolveInput(resource.maximumBatchingWindowInSeconds)) ?? 0,
    maximumConcurrency: await resolveInput((await resolveInput(resource.scalingConfig))?.maximumConcurrency),
    partialResponses: ((await resolveInput(resource.functionResponseTypes)) ?? []).includes("ReportBatchItemFailures"),
  };
  refuseWhatAwsRefuses({ component, settings });
  return settings;
}

function refuseWhatAwsRefuses(args: {
  component: string;
  settings: { batchSize: number; batchingWindowSeconds: number; maximumConcurrency: number | undefined };
}): void {
  const { component, settings } = args;
  const refuse = (reason: string) => {
    throw new InvalidArgumentError({ component, reason });
  };
  if (settings.batchSize < 1 || settings.batchSize > 10_000) refuse("the batch size must be between 1 and 10000.");
  if (settings.batchSize > 10 && settings.batchingWindowSeconds < 1) {
    refuse("a batch size above 10 needs a batching window of at least 1 second.");
  }
  if (settings.batchingWindowSeconds > 300) refuse("the batching window must not exceed 300 seconds.");
  const concurrency = settings.maximumConcurrency;
  if (concurrency !== undefined && (concurrency < 2 || concurrency > 1_000)) {
    refuse("the maximum concurrency must be between 2 and 1000.");
  }
}
