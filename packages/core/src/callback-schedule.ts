/** Attempts drift by this share either way, so that a server that comes back is not met by all of them at once. */
export const JITTER = 0.1;

/** A receiver may ask for a longer wait than planned, but not for more than this. */
export const LONGEST_RETRY_AFTER_SECONDS = 43_200;

/** What may be over in a moment is tried again at once: so often, and no later than that after the first try. */
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
  return Math.max(jittered, Math.min(retryAfterSeconds ?? 0, LONGEST_RETRY_AFTER_SECONDS));
}
