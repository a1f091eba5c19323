import { InvalidEventPatternError } from "../errors.ts";
import { BusError } from "./errors.ts";
import { type EventPattern, parsePattern } from "./pattern.ts";

export interface Target {
  Id: string;
  Arn: string;
  DeadLetterConfig?: { Arn?: string };
  RetryPolicy?: { MaximumRetryAttempts?: number; MaximumEventAgeInSeconds?: number };
}

export interface Rule {
  readonly name: string;
  readonly arn: string;
  text: string;
  pattern: EventPattern;
  enabled: boolean;
  readonly targets: Map<string, Target>;
}

const MAXIMUM_PATTERN_LENGTH = 4_096;
const TARGET_FIELDS = ["Id", "Arn", "DeadLetterConfig", "RetryPolicy"];

/** The rules of each bus, by name; what the stacks declare and what is added at run time are the same thing. */
export class BusRules {
  readonly #buses = new Map<string, Map<string, Rule>>();
  readonly #region: string;
  readonly #account: string;

  constructor(args: { region: string; account: string; buses: readonly string[] }) {
    this.#region = args.region;
    this.#account = args.account;
    for (const bus of ["default", ...args.buses]) this.#buses.set(bus, new Map());
  }

  busArn(bus: string): string {
    return `arn:aws:events:${this.#region}:${this.#account}:event-bus/${bus}`;
  }

  /** Undefined when there is no such bus: EventBridge then takes the event and drops it. */
  rulesOf(bus: string): Rule[] | undefined {
    const rules = this.#buses.get(bus);
    return rules && [...rules.values()];
  }

  putRule(args: { bus: string; name: string; pattern: string | undefined; enabled: boolean }): Rule {
    const rules = this.#bus(args.bus);
    if (args.pattern === undefined) throw new BusError("ValidationException", "A rule needs an EventPattern here.");
    const pattern = compile(args.pattern);
    const existing = rules.get(args.name);
    if (existing) return Object.assign(existing, { pattern, text: args.pattern, enabled: args.enabled });
    const path = args.bus === "default" ? args.name : `${args.bus}/${args.name}`;
    const rule: Rule = {
      name: args.name,
      arn: `arn:aws:events:${this.#region}:${this.#account}:rule/${path}`,
      text: args.pattern,
      pattern,
      enabled: args.enabled,
      targets: new Map(),
    };
    rules.set(args.name, rule);
    return rule;
  }

  deleteRule({ bus, name }: { bus: string; name: string }): void {
    const rules = this.#bus(bus);
    if (rules.get(name)?.targets.size) {
      throw new BusError("ValidationException", "Rule can't be deleted since it has targets.");
    }
    rules.delete(name);
  }

  rule({ bus, name }: { bus: string; name: string }): Rule {
    const rule = this.#bus(bus).get(name);
    if (!rule) {
      throw new BusError("ResourceNotFoundException", `Rule ${name} does not exist on EventBus ${bus}.`);
    }
    return rule;
  }

  putTargets({ rule, targets }: { rule: Rule; targets: Target[] }): void {
    for (const target of targets) refuseUnknownFields(target);
    for (const target of targets) rule.targets.set(target.Id, target);
  }

  #bus(name: string): Map<string, Rule> {
    const rules = this.#buses.get(name);
    if (!rules) throw new BusError("ResourceNotFoundException", `Event bus ${name} does not exist.`);
    return rules;
  }
}

export function compile(pattern: string): EventPattern {
  if (pattern.length > MAXIMUM_PATTERN_LENGTH) throw new BusError("ValidationException", "EventPattern is too long.");
  try {
    return parsePattern(pattern);
  } catch (error) {
    if (error instanceof InvalidEventPatternError) throw new BusError("InvalidEventPatternException", error.message);
    throw error;
  }
}

function refuseUnknownFields(target: Target): void {
  const unknown = Object.keys(target).find((field) => !TARGET_FIELDS.includes(field));
  if (unknown) throw new BusError("ValidationException", `Targets with ${unknown} are not imitated locally.`);
  if (!/^arn:aws:sqs:/.test(target.Arn)) {
    throw new BusError("ValidationException", `Only SQS queues can be targets locally, not ${target.Arn}.`);
  }
}
