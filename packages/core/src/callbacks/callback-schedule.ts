/** Attempts vary by this share, so that a server that is back does not get all of them at once. */
export const JITTER = 0.1;

/** The longest wait that a receiver's `Retry-After` is granted. */
export const LONGEST_CALLBACK_RETRY_AFTER_SECONDS = 43_200;

/** A failure that may be brief is retried at once: at most so often, and within this time of the first try. */
export const BURST = { retries: 2, delayMs: 150, factor: 2, withinMs: 1_000 };

export interface FailedAttempt {
  /** 1 for the first. */
  readonly attempt: number;
  /** Wait before each attempt after the first. */
  readonly delaysSeconds: readonly number[];
  /** From the receiver's `Retry-After`. */
  readonly retryAfterSeconds?: number | undefined;
  /** In [0, 1). */
  readonly random: number;
}

/** Seconds to wait before the next attempt; undefined when there is none left. */
export function nextDelaySeconds({
  attempt,
  delaysSeconds,
  retryAfterSeconds,
  random,
}: FailedAttempt): number | undefined {
  const planned = delaysSeconds[attempt - 1];
  if (planned === undefined) return undefined;
  const jittered = planned * (1 - JITTER + 2 * JITTER * random);
  return Math.max(jittered, Math.min(retryAfterSeconds ?? 0, LONGEST_CALLBACK_RETRY_AFTER_SECONDS));
}
