import type { Completed } from "../call/call.ts";
import type { BreakerPolicy } from "../contracts/settings/breaker.ts";

/** How the calls of a route ended within an hour. */
export interface Tally {
  readonly calls: number;
  /** With the right PIN. */
  readonly completed: number;
}

/** Whether so few calls are completed that somebody else must be earning by them, or nobody is there. */
export function hasFallen({ calls, completed }: Tally, { leastCalls, leastCompletedShare }: BreakerPolicy): boolean {
  return calls >= leastCalls && completed < calls * leastCompletedShare;
}

/** Of how many calls with the right PIN one is counted, for all of them: at the most, and of a policy that decides by many. */
const MOST_FOR_ONE = 4;
const DECIDED_BY = 25;

/**
 * For how many calls of its route one counts. Each that is not completed counts as one, so that a route on which nobody
 * completes any is suspended at the very call that is one too many. Of those that are completed, most are not written:
 * one in a few, chosen by its id, counts for all of them.
 */
export function weightOf(
  { tid, isCompleted }: { tid: string; isCompleted: boolean },
  { leastCalls }: BreakerPolicy,
): number {
  if (!isCompleted) return 1;
  const forOne = Math.max(1, Math.min(MOST_FOR_ONE, Math.floor(leastCalls / DECIDED_BY)));
  return Number.parseInt(tid.slice(-2), 16) % forOne === 0 ? forOne : 0;
}

/** Whose calls, and where they go: completion is looked at by both, so that nobody is held up by another's calls. */
export interface Route {
  readonly applicationId: string;
  readonly destination: string;
}

/** A call that is over. */
export interface RouteCall extends Route {
  readonly tid: string;
  /** With the right PIN. */
  readonly isCompleted: boolean;
}

/**
 * What a completed call says of its route. Nothing, where the carrier never had it or somebody cancelled it: that has other
 * reasons than where it goes.
 */
export function completionOf(call: Completed): RouteCall | undefined {
  const { tid, applicationId, destination, line, outcome } = call;
  const isCancelled = outcome.status === "error" && outcome.reason === "cancelled";
  if (destination === undefined || line.uuid === undefined || isCancelled) return undefined;
  return { tid, applicationId, destination, isCompleted: outcome.status === "ok" };
}
