import { availableParallelism } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { LocalError } from "../errors.ts";
import { type Bundle, bundleFiles, bundleHandlers } from "../program/bundle.ts";
import type { FunctionDeclaration, FunctionSettings } from "../program/declarations.ts";
import type { Program } from "../program/program.ts";
import { allOrFirstFailure } from "../promises.ts";
import { type Concurrency, concurrencyOf } from "./concurrency.ts";
import { FunctionPool, type InvocationHooks } from "./function-pool.ts";
import type { LogLine } from "./function-worker.ts";
import { recursiveFunctions } from "./recursion-config.ts";

export interface FunctionsOptions {
  root: string;
  program: Program;
  /** What an AWS SDK client in a function needs to find the local services. */
  environment: Record<string, string>;
  onLog: (line: LogLine) => void;
  hooks: InvocationHooks;
  accountConcurrency: number;
  /** Whether functions may take as long as they like. */
  untimed: boolean;
  clockAheadMs: number;
}

/** What a worker runs. As JavaScript: each of them would strip its types anew, which takes as long as to start a thread. */
const BOOTSTRAP = fileURLToPath(new URL("./worker-bootstrap.ts", import.meta.url));

/** Builds and warms every function of the program, all at the same time. */
export async function startFunctions(options: FunctionsOptions & { pools: Map<string, FunctionPool> }): Promise<void> {
  const functions = await Promise.all(
    options.program.functions.map(async (declared) => ({ declared, settings: await declared.settings })),
  );
  const concurrency = concurrencyOf({
    accountConcurrency: options.accountConcurrency,
    functions: functions.map(({ declared, settings }) => ({
      name: declared.name,
      reserved: settings.reservedConcurrency,
    })),
  });
  const recursive = await recursiveFunctions(options.program);
  const [bundles, [bootstrap = BOOTSTRAP]] = await Promise.all([
    bundleHandlers({
      root: options.root,
      functions: functions.map(({ declared, settings }) => ({ name: declared.name, handler: settings.handler })),
    }),
    bundleFiles({ root: path.dirname(BOOTSTRAP), sources: [BOOTSTRAP], kind: "worker" }),
  ]);
  const pools = functions.map(({ declared, settings }) => {
    const bundle = bundles.get(settings.handler);
    if (!bundle) throw new LocalError(`The function "${declared.name}" was not bundled.`);
    const pool = poolFor({
      options,
      declared,
      settings,
      bundle,
      bootstrap,
      concurrency: concurrency(declared.name),
      isRecursive: recursive.has(declared.name),
    });
    options.pools.set(declared.name, pool);
    return pool;
  });
  // Each has ten seconds to load its module. All at once, each would wait for all others.
  const left = pools.values();
  const warm = async () => {
    for (const pool of left) await pool.warm();
  };
  await allOrFirstFailure(Array.from({ length: availableParallelism() }, warm));
}

function poolFor(args: {
  options: FunctionsOptions;
  declared: FunctionDeclaration;
  settings: FunctionSettings;
  bundle: Bundle;
  bootstrap: string;
  concurrency: Concurrency;
  isRecursive: boolean;
}): FunctionPool {
  const { options, declared, settings } = args;
  return new FunctionPool({
    options: {
      name: declared.name,
      bootstrap: args.bootstrap,
      settings: {
        ...args.bundle,
        handler: settings.handler,
        functionName: declared.physicalName,
        functionArn: declared.arn,
        memoryMb: settings.memoryMb,
        name: declared.name,
        actions: settings.actions,
        watchesEffects: options.hooks.crashes !== undefined || options.hooks.onInvocation !== undefined,
        clockAheadMs: options.clockAheadMs,
      },
      environment: environmentOf({ options, declared, settings }),
      onLog: options.onLog,
    },
    timeoutSeconds: options.untimed ? Number.POSITIVE_INFINITY : settings.timeoutSeconds,
    concurrency: args.concurrency,
    isRecursive: args.isRecursive,
    hooks: options.hooks,
  });
}

/** Only what Lambda itself sets, what the function was given, and what it was linked to: nothing of this process. */
function environmentOf(args: {
  options: FunctionsOptions;
  declared: FunctionDeclaration;
  settings: FunctionSettings;
}): Record<string, string> {
  const { options, declared, settings } = args;
  const links = Object.entries(settings.links).map(([name, value]) => [`SST_RESOURCE_${name}`, JSON.stringify(value)]);
  return {
    ...options.environment,
    AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
    AWS_LAMBDA_FUNCTION_NAME: declared.physicalName,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(settings.memoryMb),
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${declared.physicalName}`,
    AWS_LAMBDA_LOG_STREAM_NAME: "local",
    LANG: "en_US.UTF-8",
    TZ: ":UTC",
    _HANDLER: settings.handler,
    ...settings.environment,
    SST_RESOURCE_App: JSON.stringify({ name: options.program.app.name, stage: options.program.stage }),
    ...(Object.fromEntries(links) as Record<string, string>),
  };
}
