import { APART_MS, nextMoment } from "@promptcall/core/carrier-room";
import type { CarrierRoom } from "@promptcall/functions/ports/carrier-room";
import type { Clock } from "@promptcall/functions/ports/clock";
import { atOnce, type Io } from "./io.ts";

/** From when on the carrier is free for each owner; each process comes to it by its own clock and its own ways. */
export class CarrierRoomTwin {
  readonly #freeMs = new Map<string, number>();

  portFor({ clock, io = atOnce }: { clock: Clock; io?: Io }): CarrierRoom {
    return {
      take: (owner, byMs) =>
        io(() => {
          const nowMs = clock.now().getTime();
          const atMs = nextMoment({ freeMs: this.#freeMs.get(owner), nowMs, byMs });
          if (atMs !== undefined) this.#freeMs.set(owner, atMs + APART_MS);
          return atMs;
        }),
    };
  }
}
