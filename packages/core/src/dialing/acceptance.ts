import { callsThatFit, type Estimate, estimateOf, estimateOfSingle } from "./estimate.ts";
import { type Loop, MOST_BATCHES } from "./loop.ts";

interface Wanted {
  /** `single` waits with the other single calls; `batch` is served in turn with other batches. */
  readonly kind: "single" | "batch";
  readonly count: number;
  readonly isAtomic: boolean;
  readonly startMs: number;
  /** While the calls are wanted, and the credential serves. */
  readonly byMs: number;
}

export type Acceptance =
  | ({ readonly kind: "accepted"; readonly fits: number } & Estimate)
  /** Where everything waits its turn, the last call would be dialed at `lastMs`. */
  | ({ readonly kind: "too_late"; readonly fits: number } & Estimate)
  | { readonly kind: "too_many_batches"; readonly retryAfterSeconds: number };

/** How many of the calls of a request are accepted, by the pace that was agreed and by what waits already. */
export function planAcceptance(wanted: Wanted, { loop, nowMs }: { loop: Loop; nowMs: number }): Acceptance {
  const { kind, count, isAtomic, byMs, startMs } = wanted;
  switch (kind) {
    case "single": {
      const estimate = estimateOfSingle(startMs, { loop, nowMs });
      return estimate.lastMs < byMs
        ? { kind: "accepted", fits: 1, ...estimate }
        : { kind: "too_late", fits: 0, ...estimate };
    }
    case "batch": {
      if (Object.keys(loop.batches).length >= MOST_BATCHES)
        return { kind: "too_many_batches", retryAfterSeconds: secondsUntilLeft(loop, nowMs) };
      const fits = callsThatFit({ count, startMs, byMs }, { loop, nowMs });
      if (fits === 0 || (isAtomic && fits < count))
        return { kind: "too_late", fits, ...estimateOf({ count, startMs }, { loop, nowMs }) };
      return { kind: "accepted", fits, ...estimateOf({ count: fits, startMs }, { loop, nowMs }) };
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
  return Math.max(1, Math.ceil((Math.min(...leftMs) - nowMs) / 1_000));
}
