import type { Loop } from "./loop.ts";

/** One call in eight seconds: no carrier needs it slower. */
const SLOWEST = 1 / 8;

/** Without a refusal for so long, the pace is doubled, up to what was agreed. */
const RECOVERY_MS = 5_000;

/** Refusals further apart than this, or of at most one call in ten meanwhile, are coincidence. */
const COINCIDENCE_MS = 3_000;
const COINCIDENCE_SHARE = 0.1;

/**
 * Halves the pace when refusals go on and are more than coincidence. At the right pace a few calls are refused, because
 * clocks differ and functions pause; at a pace that is too fast, many are refused every second.
 */
export function slowed(loop: Loop, nowMs: number): Loop {
  const sinceMs = nowMs - (loop.refusedAtMs ?? Number.NEGATIVE_INFINITY);
  if (sinceMs > COINCIDENCE_MS) return { ...loop, refusedAtMs: nowMs, refusals: 1 };
  const refusals = (loop.refusals ?? 1) + 1;
  const byCoincidence = loop.currentCallsPerSecond * (COINCIDENCE_MS / 1_000) * COINCIDENCE_SHARE;
  if (sinceMs < 1_000 || refusals <= byCoincidence) return { ...loop, refusals };
  const currentCallsPerSecond = Math.max(loop.currentCallsPerSecond / 2, SLOWEST);
  return { ...loop, currentCallsPerSecond, paceChangedAtMs: nowMs, refusedAtMs: nowMs, refusals: 1 };
}

/** Doubles the pace after each recovery time without a refusal, up to the agreed pace. */
export function recovered(loop: Loop, nowMs: number): Loop {
  const changesAtMs = (loop.paceChangedAtMs ?? 0) + RECOVERY_MS;
  if (loop.currentCallsPerSecond >= loop.callsPerSecond || nowMs < changesAtMs) return loop;
  const currentCallsPerSecond = Math.min(loop.currentCallsPerSecond * 2, loop.callsPerSecond);
  if (currentCallsPerSecond < loop.callsPerSecond)
    return recovered({ ...loop, currentCallsPerSecond, paceChangedAtMs: changesAtMs }, nowMs);
  const { paceChangedAtMs: _changed, ...steady } = loop;
  return { ...steady, currentCallsPerSecond };
}
