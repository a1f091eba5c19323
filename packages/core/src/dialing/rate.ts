import type { Loop } from "./loop.ts";

/** One in eight seconds: slower than any carrier needs. */
const SLOWEST = 1 / 8;

/** Without a refusal for so long, the pace is doubled, up to what was agreed. */
const RECOVERY_MS = 5_000;

/** Refusals that are further apart, or that meet no more than one in ten calls meanwhile, are a matter of chance. */
const CHANCE_MS = 3_000;
const CHANCE_SHARE = 0.1;

/**
 * After a refusal: half as fast, if it is not the first second with refusals and they are more than chance. Clocks differ
 * and functions stand still, so that some calls are refused at the right pace; at one that is too fast, many are refused
 * every second.
 */
export function slowed(loop: Loop, nowMs: number): Loop {
  const sinceMs = nowMs - (loop.refusedAtMs ?? Number.NEGATIVE_INFINITY);
  if (sinceMs > CHANCE_MS) return { ...loop, refusedAtMs: nowMs, refusals: 1 };
  const refusals = (loop.refusals ?? 1) + 1;
  const byChance = loop.currentCallsPerSecond * (CHANCE_MS / 1_000) * CHANCE_SHARE;
  if (sinceMs < 1_000 || refusals <= byChance) return { ...loop, refusals };
  const currentCallsPerSecond = Math.max(loop.currentCallsPerSecond / 2, SLOWEST);
  return { ...loop, currentCallsPerSecond, paceChangedAtMs: nowMs, refusedAtMs: nowMs, refusals: 1 };
}

/** After some time without a refusal: twice as fast, and again after as much time, up to what was agreed. */
export function recovered(loop: Loop, nowMs: number): Loop {
  const changesAtMs = (loop.paceChangedAtMs ?? 0) + RECOVERY_MS;
  if (loop.currentCallsPerSecond >= loop.callsPerSecond || nowMs < changesAtMs) return loop;
  const currentCallsPerSecond = Math.min(loop.currentCallsPerSecond * 2, loop.callsPerSecond);
  if (currentCallsPerSecond < loop.callsPerSecond)
    return recovered({ ...loop, currentCallsPerSecond, paceChangedAtMs: changesAtMs }, nowMs);
  const { paceChangedAtMs: _changed, ...steady } = loop;
  return { ...steady, currentCallsPerSecond };
}
