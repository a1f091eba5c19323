import { InvalidArgumentError } from "../../errors.ts";
import { applyTransform, checkArguments, type Transform } from "../arguments.ts";
import type { RuleSettings } from "../declarations.ts";
import { type Input, type Output, output, resolveInput } from "../output.ts";
import { currentProgram, heldUntilStart, type Program } from "../program.ts";
import { permission } from "./permission.ts";
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

/** Another app's bus, by its name in AWS. */
class BusReference {
  readonly busName: Input<string>;

  constructor(busName: Input<string>) {
    this.busName = busName;
  }
}

export class Bus {
  readonly linkName: string;
  readonly linkType = "sst.aws.Bus";
  readonly arn: Output<string>;
  readonly name: Output<string>;
  readonly #program: Program;

  /** A bus that is there already: what is subscribed to it gets rules on it, and it stays when they go. */
  static get(name: string, busName: Input<string>): Bus {
    return new Bus(name, new BusReference(busName));
  }

  constructor(name: string, args: BusArgs | BusReference = {}) {
    const referenced = args instanceof BusReference;
    checkArguments({
      component: `sst.aws.Bus "${name}"`,
      given: referenced ? {} : args,
      supported: [],
      withoutEffect: { logging: "the bus keeps no log" },
    });
    this.#program = currentProgram();
    this.#program.claim({ name, type: this.linkType });
    this.linkName = name;
    this.name = output(referenced ? args.busName : this.#program.physicalName(name));
    this.arn = this.name.apply((busName) => this.#arn(`event-bus/${busName}`));
    this.#program.buses.push({ name, busName: this.name.resolved(), referenced });
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
    const physicalName = this.#program.physicalName(`${subscriber}Rule`);
    this.#program.rules.push({
      name: subscriber,
      physicalName,
      bus: this.linkName,
      settings: heldUntilStart(ruleSettings({ name: subscriber, component, busName: this.name, queue, args })),
    });
    const arn = this.name.apply((busName) => this.#arn(`rule/${busName}/${physicalName}`));
    return { nodes: { rule: { arn, name: output(physicalName) } } };
  }

  getSSTLink() {
    return {
      properties: { name: this.name, arn: this.arn },
      include: [permission({ actions: ["events:*"], resources: [this.arn] })],
    };
  }

  #arn(resource: string): string {
    return this.#program.arn({ service: "events", resource });
  }
}

async function ruleSettings(given: {
  name: string;
  component: string;
  busName: Input<string>;
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
    busName: await resolveInput(given.busName),
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
