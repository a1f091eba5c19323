import { LONGEST_DELAY_MS } from "@promptcall/core/dialing/carrier-rate";
import type { CarrierRate } from "../ports/carrier-rate.ts";
import type { TimerClock } from "../ports/clock.ts";
import type { Random } from "../ports/random.ts";

export interface CarrierRatePorts {
  readonly rate: CarrierRate;
  readonly clock: TimerClock;
}

/**
 * Makes a request about an existing call (GET, PUT, DELETE) at a slot within the carrier's rate limit. `no_room` when
 * there is no slot soon enough: try again later.
 */
export async function askWithinRate<Answer>(
  { owner, longestWaitMs, ask }: { owner: string; longestWaitMs: number; ask: () => Promise<Answer> },
  { rate, clock }: CarrierRatePorts,
): Promise<Answer | "no_room"> {
  const byMs = clock.now().getTime() + longestWaitMs;
  for (;;) {
    const atMs = await rate.reserve(owner, byMs);
    if (atMs === undefined) return "no_room";
    await clock.waitUntil(atMs);
    // A request that is too late would meet those of later slots, so it reserves another.
    if (clock.now().getTime() <= atMs + LONGEST_DELAY_MS) return await ask();
  }
}

/** When to try again without a slot: spread out, so that not all come at once. */
const AGAIN_MS = { least: 2_000, most: 8_000 };

export function retryDelayMs(random: Pick<Random, "next">): number {
  return AGAIN_MS.least + random.next() * (AGAIN_MS.most - AGAIN_MS.least);
}
