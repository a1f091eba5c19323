import { callsOfStep, type Loop, OVERDUE_MS, recentAt } from "./loop.ts";

/** How far ahead the next step may be while a call is still dialed outside of it. */
const AHEAD_MS = 2_000;

/**
 * The loop after a call that is dialed now, outside of any step: nothing waits before it, and the carrier's second has
 * room. Undefined where it has to wait. To be written over the version and the arrivals that were seen.
 */
export function dialedNow(loop: Loop, nowMs: number): Loop | undefined {
  const isAtRest = (loop.dueMs === undefined || loop.dueMs > nowMs + AHEAD_MS) && nowMs >= loop.freeMs;
  const recentMs = recentAt(loop, nowMs);
  const hasRoom = recentMs.length < callsOfStep(loop.currentCallsPerSecond);
  if (!isAtRest || loop.arrivals !== loop.served || !hasRoom) return undefined;
  return { ...loop, recentMs: [...recentMs, nowMs] };
}

/** A step that is due a little later than wished will do. */
const NEAR_MS = 100;

export type Start =
  /** The next step comes early enough. `isLost`: it should have come long ago. */
  | { readonly kind: "runs"; readonly dueByMs: number; readonly isLost: boolean }
  /** The next step has to come at `dueMs`; to be written over the version that was seen. */
  | { readonly kind: "starts"; readonly dueMs: number };

/** What it takes to have a step no later than at this time, or than the pace allows. */
export function startBy(loop: Loop, { atMs, nowMs }: { atMs: number; nowMs: number }): Start {
  const dueMs = Math.max(atMs, nowMs, loop.freeMs);
  const dueByMs = dueMs + NEAR_MS;
  if (loop.dueMs === undefined || loop.dueMs > dueByMs) return { kind: "starts", dueMs };
  return { kind: "runs", dueByMs, isLost: loop.dueMs < nowMs - OVERDUE_MS };
}
