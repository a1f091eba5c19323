import { InvalidArgumentError } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import { checkArguments, refuseCors } from "../arguments.ts";
import type { FunctionDeclaration, FunctionSettings } from "../declarations.ts";
import { type DurationMinutes, type Size, toMegabytes, toSeconds } from "../duration.ts";
import { deferred, type Input, type Output, output, resolveInput } from "../output.ts";
import { currentProgram, heldUntilStart, isLinkable, type Linkable, type Program } from "../program.ts";
import { actionsOf } from "./permission.ts";

export interface FunctionArgs {
  handler: Input<string>;
  runtime?: Input<"nodejs18.x" | "nodejs20.x" | "nodejs22.x" | "nodejs24.x">;
  timeout?: Input<DurationMinutes>;
  memory?: Input<Size>;
  environment?: Input<Record<string, Input<string>>>;
  link?: readonly unknown[];
  url?: boolean | { authorization?: Input<"none" | "iam">; cors?: false };
  concurrency?: Input<{ provisioned?: Input<number>; reserved?: Input<number> }>;
  description?: Input<string>;
  architecture?: Input<"x86_64" | "arm64">;
  logging?: Input<false | { retention?: Input<string>; logGroup?: Input<string>; format?: Input<"text" | "json"> }>;
  permissions?: Input<readonly object[]>;
  policies?: Input<readonly Input<string>[]>;
  storage?: Input<Size>;
  tags?: Input<Record<string, Input<string>>>;
  versioning?: Input<boolean>;
  dev?: Input<false>;
  live?: Input<false>;
  nodejs?: Input<{
    minify?: Input<boolean>;
    sourcemap?: Input<boolean>;
    splitting?: Input<boolean>;
    esbuild?: Input<{ keepNames?: boolean; external?: string[] }>;
  }>;
  transform?: { function?: object; role?: object; logGroup?: object; eventInvokeConfig?: object };
}

const SUPPORTED = [
  "handler",
  "runtime",
  "timeout",
  "memory",
  "environment",
  "link",
  "url",
  "concurrency",
  "permissions",
];

const WITHOUT_EFFECT = {
  description: "a text for the console",
  architecture: "functions run on this machine's processor",
  logging: "lines go to onLog as they are; nothing is retained",
  policies: "IAM is not imitated",
  storage: "functions share this machine's disk",
  tags: "nobody is billed",
  versioning: "there is one version",
  dev: "sst dev is not running",
  live: "sst dev is not running",
  nodejs: "bundles are built for reading, not for size",
  transform: "it changes AWS resources that have no counterpart here",
} as const;

const ALLOWED_IN_TRANSFORM = {
  role: "IAM",
  logGroup: "logs",
  eventInvokeConfig: "asynchronous calls are not imitated",
};

export class LambdaFunction {
  readonly linkName: string;
  readonly linkType = "sst.aws.Function";
  readonly arn: Output<string>;
  readonly name: Output<string>;
  readonly #declaration: FunctionDeclaration;

  constructor(name: string, args: FunctionArgs) {
    const program = currentProgram();
    program.claim({ name, type: this.linkType });
    this.#declaration = declareFunction({ program, name, args });
    this.linkName = name;
    this.arn = output(this.#declaration.arn);
    this.name = output(this.#declaration.physicalName);
    program.register(this);
  }

  get url(): Output<string> {
    if (!this.#declaration.url) {
      throw new InvalidArgumentError({
        component: `sst.aws.Function "${this.linkName}"`,
        reason: 'function url is not enabled: set "url" to true.',
      });
    }
    return this.#declaration.url.output;
  }

  get nodes() {
    return { function: { arn: this.arn, name: this.name } };
  }

  getSSTLink() {
    const url = this.#declaration.url?.output;
    return { properties: { name: this.name, ...(url && { url }) } };
  }
}

/** Functions of their own and those behind queues and routes alike. */
export function declareFunction(given: {
  program: Program;
  name: string;
  args: string | FunctionArgs;
  /** Links that come from where the function is used, as an API's own. */
  links?: readonly unknown[];
}): FunctionDeclaration {
  const { program, name } = given;
  const args = typeof given.args === "string" ? { handler: given.args } : given.args;
  const component = `sst.aws.Function "${name}"`;
  checkArguments({ component, given: args, supported: SUPPORTED, withoutEffect: WITHOUT_EFFECT });
  checkArguments({
    component,
    given: args.transform,
    supported: [],
    withoutEffect: ALLOWED_IN_TRANSFORM,
    prefix: "transform",
  });
  const links = linkablesOf({ component, link: [...(given.links ?? []), ...(args.link ?? [])] });
  const physicalName = program.physicalName(name);
  const declaration: FunctionDeclaration = {
    name,
    physicalName,
    arn: program.arn({ service: "lambda", resource: `function:${physicalName}` }),
    linkNames: links.map((link) => link.linkName),
    settings: heldUntilStart(functionSettings({ program, component, args, links })),
    url: args.url ? deferredUrl() : undefined,
  };
  program.functions.push(declaration);
  return declaration;
}

function deferredUrl() {
  return deferred<string>();
}

function linkablesOf({ component, link }: { component: string; link: readonly unknown[] }): Linkable[] {
  return link.map((item) => {
    if (isLinkable(item)) return item;
    throw new InvalidArgumentError({ component, reason: `an item of "link" cannot be linked: ${String(item)}.` });
  });
}

async function functionSettings(given: {
  program: Program;
  component: string;
  args: FunctionArgs;
  links: Linkable[];
}): Promise<FunctionSettings> {
  const { component, args } = given;
  const url = typeof args.url === "object" ? args.url : {};
  checkArguments({ component, given: url, supported: ["authorization", "cors"], prefix: "url" });
  refuseCors({ component, cors: url.cors });
  if ((await resolveInput(url.authorization)) === "iam") {
    throw new InvalidArgumentError({ component, reason: 'url.authorization "iam" is not imitated.' });
  }
  const runtime = await resolveInput(args.runtime ?? "nodejs24.x");
  if (!runtime.startsWith("nodejs")) {
    throw new InvalidArgumentError({ component, reason: `the runtime "${runtime}" is not imitated, only Node.js.` });
  }
  const concurrency = await resolveInput(args.concurrency);
  const timeoutSeconds = toSeconds(await resolveInput(args.timeout ?? "20 seconds"));
  const environment = (await resolveInput<unknown>(args.environment ?? {})) as Record<string, string>;
  refuseBeyondLimits({ component, timeoutSeconds, environment });
  return {
    handler: await resolveInput(args.handler),
    timeoutSeconds,
    memoryMb: toMegabytes(await resolveInput(args.memory ?? "1024 MB")),
    environment,
    links: await linkProperties(given),
    actions: await actionsOf([
      ...((await resolveInput(args.permissions)) ?? []),
      ...given.links.flatMap((link) => given.program.link(link).include ?? []),
    ]),
    reservedConcurrency: await resolveInput(concurrency?.reserved),
  };
}

function refuseBeyondLimits(args: {
  component: string;
  timeoutSeconds: number;
  environment: Record<string, string>;
}): void {
  const { component, timeoutSeconds, environment } = args;
  const most = LIMITS.lambda;
  if (timeoutSeconds < 1 || timeoutSeconds > most.timeoutSeconds) {
    throw new InvalidArgumentError({ component, reason: `the timeout must be 1 to ${most.timeoutSeconds} seconds.` });
  }
  if (Buffer.byteLength(JSON.stringify(environment)) > most.environmentBytes) {
    throw new InvalidArgumentError({ component, reason: `the environment exceeds ${most.environmentBytes} bytes.` });
  }
}

export async function linkProperties(args: {
  program: Program;
  links: Iterable<Linkable>;
}): Promise<Record<string, Record<string, unknown>>> {
  const entries = Array.from(args.links, async (link) => {
    const properties = await resolveInput(args.program.link(link).properties);
    return [link.linkName, { ...properties, type: link.linkType }] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}
