import type { Completed } from "../call/call.ts";
import type { BreakerPolicy } from "../contracts/guard.ts";

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

/** Whose calls, and where they go: completion is looked at by both, so that nobody is held up by another's calls. */
export interface Route {
  readonly applicationId: string;
  readonly destination: string;
}

/**
 * What a completed call says of its route. Nothing, where the carrier never had it or somebody cancelled it: that has other
 * reasons than where it goes.
 */
export function completionOf(call: Completed): (Route & { readonly isCompleted: boolean }) | undefined {
  const { applicationId, destination, line, outcome } = call;
  const isCancelled = outcome.status === "error" && outcome.reason === "cancelled";
  if (destination === undefined || line.uuid === undefined || isCancelled) return undefined;
  return { applicationId, destination, isCompleted: outcome.status === "ok" };
}
