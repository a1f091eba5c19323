import { nextSlot, REQUEST_GAP_MS } from "@promptcall/core/dialing/carrier-rate";
import type { CarrierRate } from "../src/ports/carrier-rate.ts";
import type { Clock } from "../src/ports/clock.ts";
import { type Io, immediately } from "./io.ts";

/** From when on the carrier is free for each owner; each process comes to it by its own clock and its own ways. */
export class FakeCarrierRate {
  readonly #freeMs = new Map<string, number>();

  portFor({ clock, io = immediately }: { clock: Clock; io?: Io }): CarrierRate {
    return {
      reserve: (owner, byMs) =>
        io(() => {
          const nowMs = clock.now().getTime();
          const atMs = nextSlot({ freeMs: this.#freeMs.get(owner), nowMs, byMs });
          if (atMs !== undefined) this.#freeMs.set(owner, atMs + REQUEST_GAP_MS);
          return atMs;
        }),
    };
  }
}
