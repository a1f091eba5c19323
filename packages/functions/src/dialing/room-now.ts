import { recovered } from "@promptcall/core/dialing/rate";
import { dialedNow } from "@promptcall/core/dialing/start";
import type { Clock } from "../ports/clock.ts";
import type { Loops } from "../ports/loops.ts";
import { raised } from "./ensure-step.ts";

interface Wanted {
  readonly owner: string;
  /** Done while the room is taken, where there seems to be some. */
  readonly meanwhile?: () => Promise<void>;
  /** Room that was taken before and not used; epoch ms. */
  readonly inPlaceOfMs?: number;
}

/** Takes room for a call that is dialed now, outside of any step: when that is, or undefined where it has to wait. */
export async function roomNow(
  { owner, meanwhile, inPlaceOfMs }: Wanted,
  { loops, clock }: { loops: Loops; clock: Clock },
): Promise<number | undefined> {
  const nowMs = clock.now().getTime();
  const seen = await loops.read(owner);
  const unused = seen.recentMs.indexOf(inPlaceOfMs ?? Number.NaN);
  const recentMs = seen.recentMs.filter((_, place) => place !== unused);
  const next = dialedNow(recovered({ ...seen, recentMs }, nowMs), nowMs);
  if (next === undefined) return undefined;
  const [hasRoom] = await Promise.all([
    loops.write(owner, { seen, next: raised(next), overArrivals: true }),
    meanwhile?.(),
  ]);
  return hasRoom ? nowMs : undefined;
}
