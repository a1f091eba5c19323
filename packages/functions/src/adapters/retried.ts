import type { Options } from "p-retry";

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
