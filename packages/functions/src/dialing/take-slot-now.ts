import type { Loop } from "@promptcall/core/dialing/loop";
import { recovered } from "@promptcall/core/dialing/rate";
import { reserveSlotNow } from "@promptcall/core/dialing/start";
import type { Clock } from "../ports/clock.ts";
import type { Loops } from "../ports/loops.ts";
import { withNextVersion } from "./ensure-step.ts";

interface Wanted {
  readonly owner: string;
  /** The loop as it was a moment ago. Where that is behind, it is looked at once more. */
  readonly seen?: Loop;
  /** Runs while the slot is reserved, if there seems to be one. */
  readonly meanwhile?: () => Promise<void>;
  /** A slot that was reserved before and not used; epoch ms. */
  readonly unusedSlotMs?: number;
}

/** Reserves a slot for a call that is dialed now, outside any step; undefined when the call has to wait. */
export async function takeSlotNow(
  { owner, seen: glanced, meanwhile, unusedSlotMs }: Wanted,
  { loops, clock }: { loops: Loops; clock: Clock },
): Promise<number | undefined> {
  const seen = glanced ?? (await loops.read(owner));
  const nowMs = clock.now().getTime();
  const unused = seen.recentMs.indexOf(unusedSlotMs ?? Number.NaN);
  const recentMs = seen.recentMs.filter((_, index) => index !== unused);
  const next = reserveSlotNow(recovered({ ...seen, recentMs }, nowMs), nowMs);
  if (next === undefined) return undefined;
  const [hasRoom] = await Promise.all([
    loops.write(owner, { seen, next: withNextVersion(next), overArrivals: true }),
    meanwhile?.(),
  ]);
  if (hasRoom) return nowMs;
  return glanced === undefined ? undefined : await takeSlotNow({ owner }, { loops, clock });
}
