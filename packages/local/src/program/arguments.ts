import { InvalidArgumentError, UnsupportedArgumentError } from "../errors.ts";
import { isPlainRecord } from "./output.ts";

/** Refuses every argument that is neither given a meaning here nor listed, with a reason, as having none. */
export function checkArguments(args: {
  component: string;
  given: unknown;
  supported: readonly string[];
  withoutEffect?: Readonly<Record<string, string>>;
  prefix?: string;
}): void {
  if (args.given === undefined) return;
  if (!isPlainRecord(args.given)) {
    throw new InvalidArgumentError({
      component: args.component,
      reason: `"${args.prefix ?? "args"}" must be an object.`,
    });
  }
  for (const [argument, value] of Object.entries(args.given)) {
    if (value === undefined || args.supported.includes(argument)) continue;
    if (args.withoutEffect && Object.hasOwn(args.withoutEffect, argument)) continue;
    throw new UnsupportedArgumentError({
      component: args.component,
      argument: args.prefix ? `${args.prefix}.${argument}` : argument,
    });
  }
}

/** Browsers are not imitated: where AWS would answer their preflights, a page would fail here that works there. */
export function refuseCors({ component, cors }: { component: string; cors: unknown }): void {
  if (cors === undefined || cors === false) return;
  throw new InvalidArgumentError({ component, reason: '"cors" must be false: requests of browsers are not imitated.' });
}

/** What Pulumi is asked for beside a resource's arguments: how it changes from one deployment to the next. */
export interface ResourceOptions {
  aliases?: { name: string }[];
  protect?: boolean;
  retainOnDelete?: boolean;
}

export type Transform<T extends object> = Partial<T> | ((args: T, opts: ResourceOptions, name: string) => void);

/** As SST does it: an object is laid over the resource's arguments, a function may change them in place. */
export function applyTransform<T extends object>(args: {
  transform: Transform<T> | undefined;
  name: string;
  args: T;
}): T {
  if (typeof args.transform === "function") {
    args.transform(args.args, {}, args.name);
    return args.args;
  }
  return { ...args.args, ...args.transform };
}
