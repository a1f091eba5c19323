import type { Priority } from "../contracts/priority.ts";
import type { RequestOptions } from "../contracts/request.ts";
import { callsThatFit, type Estimate, estimateOf, estimateOfSingle } from "../dialing/estimate.ts";
import { type Loop, MOST_BATCHES_OF_LOOP } from "../dialing/loop.ts";
import { batchPriorities } from "../dialing/priorities.ts";
import type { DialSlots } from "./idempotency.ts";

/** When a request was accepted, and from when until when its calls may be dialed. */
export interface DialWindow {
  readonly acceptedAt: string;
  readonly startMs: number;
  /** When `expires_in` begins to count: before the start, where the hours of a number are still to come. */
  readonly sinceMs: number;
  readonly isAhead: boolean;
  readonly expiresAt: string;
}

export function dialWindowOf(
  { send_at, expires_in }: Pick<RequestOptions, "send_at" | "expires_in">,
  now: Date,
): DialWindow {
  const startMs = Math.max(send_at === undefined ? 0 : Date.parse(send_at), now.getTime());
  return {
    acceptedAt: now.toISOString(),
    startMs,
    sinceMs: startMs,
    isAhead: startMs > now.getTime(),
    expiresAt: new Date(startMs + expires_in * 1000).toISOString(),
  };
}

/** The same for what may not be dialed before a certain time. */
export function notBefore(window: DialWindow, startMs: number): DialWindow {
  return startMs <= window.startMs ? window : { ...window, startMs, isAhead: true };
}

interface Wanted {
  /** A call waits with the other single calls; batches are served in turn. */
  readonly kind: "call" | "batch";
  readonly count: number;
  /** Of each of them, in their order; those that are not said are normal. */
  readonly priorities?: readonly Priority[];
  readonly isAtomic: boolean;
  readonly window: DialWindow;
  /** When the credential expires; epoch ms. */
  readonly credentialUntilMs: number;
}

/** The slots that were decided before, if this request is a repetition; or the loop to decide by. */
type Known = { readonly slots: DialSlots } | { readonly loop: Loop; readonly nowMs: number };

export type Plan =
  /** The last call must be dialed by `byMs`. */
  { readonly kind: "accepted"; readonly slots: DialSlots; readonly byMs: number } | Refusal;

export type Refusal =
  /** Behind everything that waits, the last call would be dialed at `lastMs`. */
  | ({
      readonly kind: "too_late";
      readonly fits: number;
      readonly callsPerSecond: number;
      /** The `expires_in` that would be needed. */
      readonly expiresInNeededSeconds: number;
      readonly retryAfterSeconds: number;
    } & Estimate)
  | { readonly kind: "too_many_batches"; readonly retryAfterSeconds: number };

/** Decides how many calls of a request are accepted and when they are dialed, or why none is. */
export function planAcceptance(wanted: Wanted, known: Known): Plan {
  const { kind, count, priorities = [], isAtomic, window, credentialUntilMs } = wanted;
  const { startMs, sinceMs, isAhead } = window;
  const byMs = Math.min(Date.parse(window.expiresAt), credentialUntilMs);
  if ("slots" in known) return { kind: "accepted", slots: known.slots, byMs };
  const { loop, nowMs } = known;
  const { callsPerSecond } = loop;
  const accepted = (fits: number, { firstMs: fromMs, lastMs }: Estimate): Plan => ({
    kind: "accepted",
    slots: { fromMs, lastMs, fits, callsPerSecond, isAhead },
    byMs,
  });
  const tooLate = (fits: number, estimate: Estimate): Plan => ({
    kind: "too_late",
    fits,
    callsPerSecond,
    ...estimate,
    expiresInNeededSeconds: wholeSeconds(estimate.lastMs - sinceMs + 2_000),
    retryAfterSeconds: wholeSeconds(estimate.firstMs - nowMs),
  });
  switch (kind) {
    case "call": {
      const estimate = estimateOfSingle({ startMs, priority: priorities[0] ?? "normal" }, { loop, nowMs });
      return estimate.lastMs < byMs ? accepted(1, estimate) : tooLate(0, estimate);
    }
    case "batch": {
      if (Object.keys(loop.batches).length >= MOST_BATCHES_OF_LOOP)
        return { kind: "too_many_batches", retryAfterSeconds: secondsUntilLeft(loop, nowMs) };
      const calls = { count, startMs, ...batchPriorities(priorities) };
      const fits = callsThatFit({ ...calls, byMs }, { loop, nowMs });
      if (fits === 0 || (isAtomic && fits < count)) return tooLate(fits, estimateOf(calls, { loop, nowMs }));
      return accepted(fits, estimateOf({ ...calls, count: fits }, { loop, nowMs }));
    }
    default:
      return kind satisfies never;
  }
}

/** When the first of the batches under way should be over. */
function secondsUntilLeft({ batches, callsPerSecond }: Loop, nowMs: number): number {
  const entries = Object.values(batches);
  const leftMs = entries.map(({ from, count, startMs, expiryMs }) =>
    Math.min(expiryMs, Math.max(startMs, nowMs) + ((count - from) * entries.length * 1_000) / callsPerSecond),
  );
  return wholeSeconds(Math.min(...leftMs) - nowMs);
}

const wholeSeconds = (ms: number): number => Math.max(1, Math.ceil(ms / 1_000));
