import { freshPace, type Pace, placesBy, placesFor, recovered, slowed } from "@promptcall/core/pace";
import type { Clock, Paces } from "@promptcall/functions/ports";
import { atOnce, type Io } from "./io.ts";

/** The paces of all applications, in memory; each process comes to them by its own clock. */
export class PaceTwin {
  readonly #paces = new Map<string, Pace>();

  portFor({ clock, io = atOnce }: { clock: Clock; io?: Io }): Paces {
    const paceOf = (applicationId: string) => this.#paces.get(applicationId) ?? freshPace();
    return {
      reserve: ({ applicationId, count, byMs }) =>
        io(() => {
          const nowMs = clock.now().getTime();
          const known = paceOf(applicationId);
          const pace = recovered(known, nowMs);
          const places = placesFor(count, { pace, nowMs });
          const { callsPerSecond } = pace;
          if (places.lastMs > byMs)
            return { kind: "too_late" as const, fits: placesBy(byMs, { pace, nowMs }), callsPerSecond, ...places };
          this.#paces.set(applicationId, { ...pace, takenUntilMs: places.untilMs });
          return { kind: "reserved" as const, callsPerSecond, ...places };
        }),
      slow: (applicationId) =>
        io(() => {
          const nowMs = clock.now().getTime();
          this.#paces.set(applicationId, slowed(recovered(paceOf(applicationId), nowMs), nowMs));
        }),
      read: (applicationId) => io(() => recovered(paceOf(applicationId), clock.now().getTime())),
      limit: (applicationId, limit) =>
        io(() => {
          const { changedAtMs: _changed, ...pace } = paceOf(applicationId);
          this.#paces.set(applicationId, { ...pace, limit, callsPerSecond: limit });
        }),
    };
  }
}
