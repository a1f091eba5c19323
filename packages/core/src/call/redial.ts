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
 * When a call that would end now is dialed again: only where that was asked for, and as long as there is time for it.
 * ISO 8601.
 */
export function redialFrom({
  call,
  outcome,
  at,
}: {
  call: Exclude<Call, Completed>;
  outcome: Outcome;
  at: string;
}): string | undefined {
  const { retry } = call;
  if (retry === undefined || !mayBeRedialed(call)) return undefined;
  if (outcome.status !== "error" || !retry.on.includes(outcome.detail ?? outcome.reason)) return undefined;
  const afterMs = Date.parse(at) + retry.afterSeconds * 1_000;
  const fromMs = retry.localTime === undefined ? afterMs : opensAtMs(retry.localTime, afterMs);
  return fromMs === undefined || fromMs > Date.parse(retry.until) ? undefined : new Date(fromMs).toISOString();
}
