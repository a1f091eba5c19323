import { callsOfStep, type Loop, OVERDUE_MS, recentAt } from "./loop.ts";

/** When the next step is further ahead than this, a call may be dialed before it. */
const NEXT_STEP_FAR_MS = 2_000;

/**
 * Reserves a slot for a call that is dialed now, outside any step: the loop to write over the version and arrivals that
 * were read. Undefined when something waits already or the rate limit has no room.
 */
export function reserveSlotNow(loop: Loop, nowMs: number): Loop | undefined {
  const isAtRest = (loop.dueMs === undefined || loop.dueMs > nowMs + NEXT_STEP_FAR_MS) && nowMs >= loop.freeMs;
  const recentMs = recentAt(loop, nowMs);
  const hasRoom = recentMs.length < callsOfStep(loop.currentCallsPerSecond);
  if (!isAtRest || loop.arrivals !== loop.served || !hasRoom) return undefined;
  return { ...loop, recentMs: [...recentMs, nowMs] };
}

/** A step that is due this much later is early enough. */
const NEAR_MS = 100;

export type Start =
  /** The next step is early enough. `isLost`: it is long overdue, its message was lost, and none was sent since. */
  | { readonly kind: "runs"; readonly dueByMs: number; readonly isLost: boolean }
  /** The next step has to be set to `dueMs`, over the version that was read. */
  | { readonly kind: "starts"; readonly dueMs: number };

/** What is needed to have a step at this time, or as soon as the pace allows. */
export function startBy(loop: Loop, { atMs, nowMs }: { atMs: number; nowMs: number }): Start {
  const dueMs = Math.max(atMs, nowMs, loop.freeMs);
  const dueByMs = dueMs + NEAR_MS;
  if (loop.dueMs === undefined || loop.dueMs > dueByMs) return { kind: "starts", dueMs };
  const isLost = Math.max(loop.dueMs, loop.sentAgain?.atMs ?? 0) < nowMs - OVERDUE_MS;
  return { kind: "runs", dueByMs, isLost };
}
