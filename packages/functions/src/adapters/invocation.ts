import type { Context } from "aws-lambda";

/** What is kept of a function's time to tell what has failed, and to answer. Spans alone may take half of it. */
const KEPT_MS = 500;

/** When Lambda ends what this process is at, which is one invocation at a time. */
let endMs = Number.POSITIVE_INFINITY;

/** Lambda tells how long the function has, so that nothing here repeats what the stacks say. */
export function beginInvocation(context: Pick<Context, "getRemainingTimeInMillis"> | undefined): void {
  endMs = context === undefined ? Number.POSITIVE_INFINITY : performance.now() + context.getRemainingTimeInMillis();
}

/** How long somebody else may still be waited for; without end outside of Lambda. */
export const leftMs = (): number => endMs - KEPT_MS - performance.now();

/** How long one answer may take: half of the time that is left at the most, so that something can be made of it. */
export const patienceMsFor = ({ longestMs }: { longestMs: number }): number =>
  Math.max(0, Math.min(longestMs, leftMs() / 2));
