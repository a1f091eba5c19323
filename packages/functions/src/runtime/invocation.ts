import type { Context } from "aws-lambda";

/** Time reserved at the end of an invocation to log failures and answer. Spans may take half of it. */
const RESERVED_MS = 500;

/** When Lambda ends the current invocation. A process has only one at a time. */
let endMs = Number.POSITIVE_INFINITY;

/** Takes the end from Lambda's context, so that nothing repeats the timeout in the stacks. */
export function beginInvocation(context: Pick<Context, "getRemainingTimeInMillis"> | undefined): void {
  endMs = context === undefined ? Number.POSITIVE_INFINITY : performance.now() + context.getRemainingTimeInMillis();
}

/** How long the invocation may still wait for others; infinite outside of Lambda. */
export const leftMs = (): number => endMs - RESERVED_MS - performance.now();

/** The timeout for one answer: at most half of the time left, so that the rest can handle it. */
export const timeoutMsFor = ({ longestMs }: { longestMs: number }): number =>
  Math.max(0, Math.min(longestMs, leftMs() / 2));
