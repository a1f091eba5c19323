import type { NotDialed } from "../contracts/reasons.ts";
import type { Call, Completed, EarlierDial, Outcome } from "./call.ts";
import { opensAtMs } from "./local-time.ts";

/** The number of the dial that is under way, or else comes next: 1 for the first. */
export function dialNumberOf({ earlierDials = [] }: Pick<Call, "earlierDials">): number {
  return earlierDials.length + 1;
}

/** The number as reports name it: where there is only one dial, they name none. */
export function namedDialOf(call: Pick<Call, "earlierDials" | "retry">): { readonly dial?: number } {
  return call.retry === undefined ? {} : { dial: dialNumberOf(call) };
}

/** The dial that a queued call waits to follow; undefined where it was not dialed yet. */
export function lastDialOf(call: Call): EarlierDial | undefined {
  return call.phase === "queued" ? call.earlierDials?.at(-1) : undefined;
}

/** Whether another dial may follow. */
export function mayBeRedialed(call: Call): boolean {
  return call.phase !== "completed" && call.retry !== undefined && dialNumberOf(call) <= call.retry.times;
}

/**
 * What becomes of a call that would end now, if it was asked that it is dialed again: from when that may be, in ISO 8601,
 * or why it is not. Undefined where nobody asks for another dial after such an end, or all of them were made.
 */
export function redialOf({
  call,
  outcome,
  at,
}: {
  call: Exclude<Call, Completed>;
  outcome: Outcome;
  at: string;
}): { readonly from: string } | { readonly notRedialed: NotDialed } | undefined {
  const { retry } = call;
  if (retry === undefined || outcome.status !== "error") return undefined;
  if (!retry.on.includes(outcome.detail ?? outcome.reason)) return undefined;
  if (!mayBeRedialed(call)) return retry.endedFor && { notRedialed: retry.endedFor };
  const afterMs = Date.parse(at) + retry.afterSeconds * 1_000;
  const fromMs = retry.localTime === undefined ? afterMs : opensAtMs(retry.localTime, afterMs);
  if (fromMs === undefined || fromMs > Date.parse(retry.until)) return { notRedialed: "expired" };
  return { from: new Date(fromMs).toISOString() };
}
