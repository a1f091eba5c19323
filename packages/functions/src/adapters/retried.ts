import type { Options } from "p-retry";
import { PartialFailureError } from "../errors.ts";
import { leftMs } from "./invocation.ts";

/** As `p-retry` does it, which is loaded when a first attempt has failed: most functions never see one. */
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

/** The SDK has asked several times already, but a table that has no room for the moment has some in a second. */
const NO_ROOM = new Set(["ProvisionedThroughputExceededException", "RequestLimitExceeded", "ThrottlingException"]);

/**
 * What a service did only in part, or had no room for, it is asked for again: for some ten seconds, and no longer than
 * the invocation lasts. What has failed otherwise the SDK has repeated, as far as that is of use.
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
