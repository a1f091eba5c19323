import type { Options } from "p-retry";
import { PartialFailureError } from "../errors.ts";
import { leftMs } from "./invocation.ts";

/** `p-retry`, loaded only after a first failure: most invocations have none. */
export async function retried<Answer>(attempt: () => Promise<Answer>, options: Options): Promise<Answer> {
  const startedMs = performance.now();
  const first = attempt();
  try {
    return await first;
  } catch {
    const { default: pRetry } = await import("p-retry");
    const { maxRetryTime = Number.POSITIVE_INFINITY } = options;
    const spentMs = performance.now() - startedMs;
    return await pRetry((number) => (number === 1 ? first : attempt()), {
      ...options,
      maxRetryTime: Math.max(0, maxRetryTime - spentMs),
    });
  }
}

/** Throttling errors. The SDK has retried already, but a throttled table often has room a second later. */
const NO_ROOM = new Set(["ProvisionedThroughputExceededException", "RequestLimitExceeded", "ThrottlingException"]);

/**
 * Retries partial failures and throttling for about ten seconds, within the invocation. Other failures were already
 * retried by the SDK.
 */
export async function untilDone(attempt: () => Promise<void>): Promise<void> {
  await retried(attempt, {
    retries: 10,
    minTimeout: 50,
    maxTimeout: 1_000,
    randomize: true,
    maxRetryTime: leftMs(),
    shouldRetry: ({ error }) => error instanceof PartialFailureError || NO_ROOM.has(error.name),
  });
}
