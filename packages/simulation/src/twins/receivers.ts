import { admit } from "@promptcall/core/receiver-places";
import type { Clock, Receivers } from "@promptcall/functions/ports";
import { atOnce, type Io } from "./io.ts";

/** The places of every receiver; each process comes to them by its own clock and its own ways. */
export class ReceiverPlaces {
  readonly #taken = new Map<string, Record<string, number>>();

  portFor({ clock, io = atOnce }: { clock: Clock; io?: Io }): Receivers {
    return {
      enter: (receiver) =>
        io(() => {
          const taken = this.#taken.get(receiver) ?? {};
          const nowMs = clock.now().getTime();
          const admission = admit({ taken, nowMs });
          if (admission.kind !== "place") return admission.kind;
          const { place } = admission;
          this.#taken.set(receiver, { ...taken, [place]: nowMs });
          return {
            // A place that is not given back is free again soon.
            leave: () => io(() => this.#leave(receiver, place, nowMs)).catch(() => {}),
          };
        }),
    };
  }

  #leave(receiver: string, place: string, since: number): void {
    const { [place]: current, ...others } = this.#taken.get(receiver) ?? {};
    if (current === since) this.#taken.set(receiver, others);
  }
}
