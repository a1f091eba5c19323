import type { BreakerPolicy } from "@promptcall/core/contracts/settings/breaker";
import { hasFallen, type Route, type Tally, weightOf } from "@promptcall/core/guard/breaker";
import { hourOf } from "@promptcall/core/guard/counting";
import type { Breakers } from "../src/ports/breakers.ts";
import type { Clock } from "../src/ports/clock.ts";
import { type Io, immediately } from "./io.ts";

interface Breaker extends Tally {
  readonly hour: string;
  readonly suspendedUntilMs: number;
}

/** How the calls of each route end, in memory. */
export class FakeBreakers {
  readonly #breakers = new Map<string, Breaker>();

  portFor({ clock, policy, io = immediately }: { clock: Clock; policy: BreakerPolicy; io?: Io }): Breakers {
    return {
      suspendedUntil: (applicationId, destinations) =>
        io(() => {
          const nowMs = clock.now().getTime();
          const known = destinations.map(
            (name) =>
              [name, this.#breakers.get(nameOf({ applicationId, destination: name }))?.suspendedUntilMs ?? 0] as const,
          );
          return new Map(known.filter(([, untilMs]) => untilMs > nowMs));
        }),
      count: ({ tid, isCompleted, ...route }) =>
        io(() => {
          const weight = weightOf({ tid, isCompleted }, policy);
          if (weight === 0) return undefined;
          const nowMs = clock.now().getTime();
          const hour = hourOf(nowMs).name;
          const name = nameOf(route);
          const known = this.#breakers.get(name);
          if (known !== undefined && known.suspendedUntilMs > nowMs) return undefined;
          // Of an hour that is over by somebody else's clock.
          if (known !== undefined && known.hour > hour) return undefined;
          const before = known?.hour === hour ? known : { calls: 0, completed: 0 };
          const next = {
            calls: before.calls + weight,
            completed: before.completed + (isCompleted ? weight : 0),
          };
          const untilMs = nowMs + policy.openSeconds * 1_000;
          const breaker = hasFallen(next, policy)
            ? { calls: 0, completed: 0, hour, suspendedUntilMs: untilMs }
            : { ...next, hour, suspendedUntilMs: 0 };
          this.#breakers.set(name, breaker);
          return breaker.suspendedUntilMs > nowMs ? untilMs : undefined;
        }),
    };
  }
}

const nameOf = ({ applicationId, destination }: Route) => `${applicationId} ${destination}`;
