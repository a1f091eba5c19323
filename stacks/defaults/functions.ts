import { stageConfig } from "../config.ts";
import { bundling } from "./bundling.ts";

export const config = stageConfig($app.stage);

const onlyLambda = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
};

/** What every function has in common. */
export const lambda = {
  runtime: "nodejs24.x",
  architecture: "arm64",
  memory: `${config.memoryMb.waiting} MB`,
  nodejs: bundling,
  timeout: `${config.timeoutSeconds.consumer} seconds`,
  logging: { format: "json", retention: config.production ? "3 months" : "1 week" },
  // SST lets the whole account assume a function's role, which only `sst dev` has a use for.
  transform: $dev ? {} : { role: { assumeRolePolicy: $jsonStringify(onlyLambda) } },
} as const;

// Lambda's own lines about every invocation would be most of the log, and cost more than the invocations do.
$transform(aws.lambda.Function, (args) => {
  args.loggingConfig = $resolve([args.loggingConfig]).apply(([config]) =>
    Object.assign({ logFormat: "JSON" }, config, { systemLogLevel: "WARN" }),
  );
});

/** For functions with much work at once. */
export const working = { ...lambda, memory: `${config.memoryMb.working} MB` } as const;

/** What of the account's concurrency is held for the function, whatever else is busy. */
export const reserved = (of: keyof NonNullable<typeof config.reserved>) =>
  config.reserved && { concurrency: { reserved: config.reserved[of] } };

type FunctionName = InstanceType<typeof sst.aws.Function>["name"];

/**
 * For a consumer that sends on to itself what is left to do, or what is not to be done yet. Lambda refuses a function's
 * 17th invocation in one chain that goes over queues, unless this says that such chains are meant
 * (https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html). So each has to end by itself; whoever calls
 * this says how.
 */
export function allowRecursion(name: string, { of: functionName }: { of: FunctionName }): void {
  new aws.lambda.FunctionRecursionConfig(`${name}Recursion`, { functionName, recursiveLoop: "Allow" });
}

/**
 * How a consumer takes messages: failed records are named one by one, and callers downstream are not flooded. No batching
 * window: Lambda waits up to 20 s for a batch of a quiet queue, however short the window is
 * (https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html), and somebody waits for every message.
 */
export const consumeBy = (maximumConcurrency: number) =>
  ({
    batch: { size: config.batchSize, partialResponses: true },
    transform: { eventSourceMapping: { scalingConfig: { maximumConcurrency } } },
  }) as const;

export const consume = consumeBy(config.maximumConcurrency.consumer);
