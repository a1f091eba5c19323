import { admit } from "@promptcall/core/receiver-places";
import type { Clock } from "@promptcall/functions/ports/clock";
import type { Receivers } from "@promptcall/functions/ports/receivers";
import { atOnce, type Io } from "./io.ts";
import { Items, type Lag, NO_LAG } from "./items.ts";

interface Held {
  readonly place: string;
  readonly sinceMs: number;
}

/** The places of every receiver; each process comes to them by its own clock and its own ways. */
export class ReceiverPlaces {
  readonly #taken: Items<Record<string, number>>;

  constructor({ lag = NO_LAG }: { lag?: Lag } = {}) {
    this.#taken = new Items(lag);
  }

  portFor({ clock, io = atOnce }: { clock: Clock; io?: Io }): Receivers {
    const nowMs = () => clock.now().getTime();
    return {
      enter: (receiver) =>
        io(() => {
          const { kind } = admit({ taken: this.#taken.glance(receiver) ?? {}, nowMs: nowMs() });
          if (kind !== "place") return kind;
          let taking: Promise<Held | undefined> | undefined;
          return {
            stay: async () => {
              taking ??= io(() => this.#take(receiver, nowMs()));
              return (await taking) !== undefined;
            },
            leave: async () => {
              const held = await taking?.catch(() => undefined);
              // A place that is not given back is free again soon.
              if (held !== undefined) await io(() => this.#leave(receiver, held)).catch(() => {});
            },
          };
        }),
    };
  }

  #take(receiver: string, nowMs: number): Held | undefined {
    const taken = this.#taken.get(receiver) ?? {};
    const admission = admit({ taken, nowMs });
    if (admission.kind !== "place") return undefined;
    const { place } = admission;
    this.#taken.set(receiver, { ...taken, [place]: nowMs });
    return { place, sinceMs: nowMs };
  }

  #leave(receiver: string, { place, sinceMs }: Held): void {
    const { [place]: current, ...others } = this.#taken.get(receiver) ?? {};
    if (current === sinceMs) this.#taken.set(receiver, others);
  }
}
