import { admit, type Receiver } from "@promptcall/core/callbacks/bulkhead";
import type { Bulkhead } from "../src/ports/bulkhead.ts";
import type { Clock } from "../src/ports/clock.ts";
import { type Io, immediately } from "./io.ts";
import { Items, type Lag, NO_LAG } from "./items.ts";

interface Held {
  readonly permit: string;
  readonly sinceMs: number;
}

/** The bulkheads of all receivers, shared by processes with their own clocks. */
export class FakeBulkhead {
  readonly #taken: Items<Record<string, number>>;

  constructor({ lag = NO_LAG }: { lag?: Lag } = {}) {
    this.#taken = new Items(lag);
  }

  portFor({ clock, io = immediately }: { clock: Clock; io?: Io }): Bulkhead {
    const nowMs = () => clock.now().getTime();
    return {
      tryAcquire: (receiver) =>
        io(() => {
          const { id, permits } = receiver;
          const { kind } = admit({ taken: this.#taken.readStale(id) ?? {}, nowMs: nowMs(), permits });
          if (kind !== "permit") return kind;
          let acquiring: Promise<Held | undefined> | undefined;
          return {
            hold: async () => {
              acquiring ??= io(() => this.#acquire(receiver, nowMs()));
              return (await acquiring) !== undefined;
            },
            release: async () => {
              const held = await acquiring?.catch(() => undefined);
              // A permit that is not released expires soon.
              if (held !== undefined) await io(() => this.#release(receiver, held)).catch(() => {});
            },
          };
        }),
    };
  }

  #acquire({ id, permits }: Receiver, nowMs: number): Held | undefined {
    const taken = this.#taken.get(id) ?? {};
    const admission = admit({ taken, nowMs, permits });
    if (admission.kind !== "permit") return undefined;
    const { permit } = admission;
    this.#taken.set(id, { ...taken, [permit]: nowMs });
    return { permit, sinceMs: nowMs };
  }

  #release({ id }: Receiver, { permit, sinceMs }: Held): void {
    const { [permit]: current, ...others } = this.#taken.get(id) ?? {};
    if (current === sinceMs) this.#taken.set(id, others);
  }
}
