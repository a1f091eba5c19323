import type { SQSClient } from "@aws-sdk/client-sqs";
import { LocalError, VisibilityTooShortError } from "../errors.ts";
import type { FunctionPool } from "../functions/function-pool.ts";
import { LIMITS } from "../limits.ts";
import type { Program } from "../program/program.ts";
import { EventSourceMapping } from "./event-source-mapping.ts";
import { queueUrl } from "./sqs.ts";

/** AWS refuses a mapping whose function may still be at work when its messages become visible again. */
export async function checkVisibility(program: Program): Promise<void> {
  for (const mapping of program.mappings) {
    const { queue, fn } = endsOf({ program, mapping });
    const { visibilityTimeoutSeconds: visibilitySeconds } = await queue.settings;
    const { timeoutSeconds } = await fn.settings;
    if (visibilitySeconds < timeoutSeconds) {
      throw new VisibilityTooShortError({
        queue: queue.name,
        functionName: fn.name,
        visibilitySeconds,
        timeoutSeconds,
      });
    }
  }
}

export async function startMappings(args: {
  program: Program;
  pools: ReadonlyMap<string, FunctionPool>;
  client: SQSClient;
  largestBatch: number;
  quietQueues: boolean;
  started: EventSourceMapping[];
  onError: (error: { functionName: string; message: string }) => void;
}): Promise<void> {
  const { program } = args;
  for (const mapping of program.mappings) {
    const { queue, fn } = endsOf({ program, mapping });
    const pool = args.pools.get(fn.name);
    if (!pool) throw new LocalError(`The function "${fn.name}" was not started.`);
    const url = queueUrl({ endpoint: program.endpoints.sqs, arn: queue.arn });
    args.started.push(
      new EventSourceMapping({
        client: args.client,
        queue: { arn: queue.arn, url, region: program.app.region },
        settings: await mapping.settings,
        largestBatch: args.largestBatch,
        quietQueueSeconds: args.quietQueues ? LIMITS.lambda.quietQueueSeconds : 0,
        pool,
        onError: (message) => args.onError({ functionName: fn.name, message }),
      }),
    );
  }
}

function endsOf({ program, mapping }: { program: Program; mapping: Program["mappings"][number] }) {
  const queue = program.queues.find(({ name }) => name === mapping.queue);
  const fn = program.functions.find(({ name }) => name === mapping.functionName);
  if (!queue || !fn) throw new LocalError(`The mapping of "${mapping.queue}" has lost an end.`);
  return { queue, fn };
}
