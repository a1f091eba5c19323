import { applyTransform, checkArguments, type Transform } from "../arguments.ts";
import type { RuleSettings } from "../declarations.ts";
import { InvalidArgumentError } from "../errors.ts";
import { type Input, type Output, output, resolveInput } from "../output.ts";
import { currentProgram, heldUntilStart, type Program } from "../program.ts";
import { Queue } from "./queue.ts";

export interface EventRuleResourceArgs {
  eventPattern?: Input<string>;
  state?: Input<"ENABLED" | "DISABLED">;
  description?: Input<string>;
}

export interface EventTargetResourceArgs {
  arn?: Input<string>;
  deadLetterConfig?: Input<{ arn?: Input<string> }>;
  retryPolicy?: Input<{ maximumEventAgeInSeconds?: Input<number>; maximumRetryAttempts?: Input<number> }>;
}

export interface BusArgs {
  logging?: Input<{ level: Input<"error" | "info" | "trace">; detail?: Input<boolean> }>;
}

type Matchers = readonly unknown[];

export interface BusSubscriberArgs {
  enabled?: Input<boolean>;
  pattern?: Input<{ source?: Matchers; detail?: Record<string, unknown>; detailType?: Matchers }>;
  transform?: { rule?: Transform<EventRuleResourceArgs>; target?: Transform<EventTargetResourceArgs> };
}

export class Bus {
  readonly linkName: string;
  readonly linkType = "sst.aws.Bus";
  readonly arn: Output<string>;
  readonly name: Output<string>;
  readonly #program: Program;

  constructor(name: string, args: BusArgs = {}) {
    checkArguments({
      component: `sst.aws.Bus "${name}"`,
      given: args,
      supported: [],
      withoutEffect: { logging: "the bus keeps no log" },
    });
    this.#program = currentProgram();
    this.#program.claim({ name, type: this.linkType });
    const physicalName = this.#program.physicalName(name);
    this.linkName = name;
    this.name = output(physicalName);
    this.arn = output(this.#program.arn({ service: "events", resource: `event-bus/${physicalName}` }));
    this.#program.buses.push({ name, physicalName });
    this.#program.register(this);
  }

  get nodes() {
    return { bus: { arn: this.arn, name: this.name } };
  }

  subscribeQueue(name: string, queue: Input<string> | Queue, args: BusSubscriberArgs = {}) {
    const subscriber = `${this.linkName}Subscriber${name}`;
    const component = `sst.aws.Bus "${this.linkName}".subscribeQueue("${name}")`;
    checkArguments({ component, given: args, supported: ["enabled", "pattern", "transform"] });
    checkArguments({ component, given: args.transform, supported: ["rule", "target"], prefix: "transform" });
    this.#program.claim({ name: subscriber, type: "sst.aws.BusQueueSubscriber" });
    const busPhysicalName = this.#program.physicalName(this.linkName);
    const physicalName = this.#program.physicalName(`${subscriber}Rule`);
    this.#program.rules.push({
      name: subscriber,
      physicalName,
      bus: this.linkName,
      busPhysicalName,
      settings: heldUntilStart(ruleSettings({ name: subscriber, component, queue, args })),
    });
    const arn = this.#program.arn({ service: "events", resource: `rule/${busPhysicalName}/${physicalName}` });
    return { nodes: { rule: { arn: output(arn), name: output(physicalName) } } };
  }

  getSSTLink() {
    return { properties: { name: this.name, arn: this.arn } };
  }
}

async function ruleSettings(given: {
  name: string;
  component: string;
  queue: Input<string> | Queue;
  args: BusSubscriberArgs;
}): Promise<RuleSettings> {
  const { name, component, args } = given;
  const pattern = await resolveInput(args.pattern);
  checkArguments({ component, given: pattern, supported: ["source", "detail", "detailType"], prefix: "pattern" });
  const rule = await resolveInput(
    applyTransform<EventRuleResourceArgs>({
      transform: args.transform?.rule,
      name: `${name}Rule`,
      args: {
        state: (await resolveInput(args.enabled)) === false ? "DISABLED" : "ENABLED",
        eventPattern: JSON.stringify(
          pattern
            ? { "detail-type": pattern.detailType, source: pattern.source, detail: pattern.detail }
            : { source: [{ prefix: "" }] },
        ),
      },
    }),
  );
  checkArguments({
    component,
    given: rule,
    supported: ["eventPattern", "state"],
    withoutEffect: { description: "a text for the console" },
    prefix: "transform.rule",
  });
  return {
    enabled: (await resolveInput(rule.state)) !== "DISABLED",
    pattern: parsePattern({ component, pattern: await resolveInput(rule.eventPattern) }),
    target: await targetSettings(given),
  };
}

function parsePattern({ component, pattern }: { component: string; pattern: string | undefined }) {
  if (pattern === undefined) throw new InvalidArgumentError({ component, reason: "a rule needs an event pattern." });
  return JSON.parse(pattern) as Record<string, unknown>;
}

async function targetSettings(given: {
  name: string;
  component: string;
  queue: Input<string> | Queue;
  args: BusSubscriberArgs;
}): Promise<RuleSettings["target"]> {
  const { component } = given;
  const arn = await resolveInput(given.queue instanceof Queue ? given.queue.arn : given.queue);
  const target = await resolveInput(
    applyTransform<EventTargetResourceArgs>({
      transform: given.args.transform?.target,
      name: `${given.name}Target`,
      args: { arn },
    }),
  );
  checkArguments({
    component,
    given: target,
    supported: ["arn", "deadLetterConfig", "retryPolicy"],
    prefix: "transform.target",
  });
  const retryPolicy = await resolveInput(target.retryPolicy);
  checkArguments({
    component,
    given: retryPolicy,
    supported: ["maximumEventAgeInSeconds", "maximumRetryAttempts"],
    prefix: "transform.target.retryPolicy",
  });
  return {
    arn: (await resolveInput(target.arn)) ?? arn,
    deadLetterArn: await resolveInput((await resolveInput(target.deadLetterConfig))?.arn),
    retryPolicy: retryPolicy as RuleSettings["target"]["retryPolicy"],
  };
}
