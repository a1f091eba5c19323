import { LATEST_MS } from "@promptcall/core/carrier-room";
import type { CarrierRoom } from "./ports/carrier-room.ts";
import type { Chance } from "./ports/chance.ts";
import type { Alarm } from "./ports/clock.ts";

export interface AskingPorts {
  readonly room: CarrierRoom;
  readonly clock: Alarm;
}

/**
 * Asks the carrier about calls that there are (GET, PUT, DELETE) when it has room for that. Nobody waits for it for
 * longer than `patienceMs`: `no_room` is not an answer, but not now.
 */
export async function askInTurn<Answer>(
  { owner, patienceMs, ask }: { owner: string; patienceMs: number; ask: () => Promise<Answer> },
  { room, clock }: AskingPorts,
): Promise<Answer | "no_room"> {
  const byMs = clock.now().getTime() + patienceMs;
  for (;;) {
    const atMs = await room.take(owner, byMs);
    if (atMs === undefined) return "no_room";
    await clock.reaches(atMs);
    // Who comes too late meets those of later moments, and takes another.
    if (clock.now().getTime() <= atMs + LATEST_MS) return await ask();
  }
}

/** When those that found no room come again: not all of them at once. */
const AGAIN_MS = { least: 2_000, most: 8_000 };

export function untilRoomMs(chance: Pick<Chance, "random">): number {
  return AGAIN_MS.least + chance.random() * (AGAIN_MS.most - AGAIN_MS.least);
}
