import type { Random } from "../random.ts";
import { CARRIER_CALLS_PER_SECOND, CARRIER_LOAD, PEAK_FACTOR } from "./assumptions.ts";

export interface Arrival {
  readonly atMs: number;
  readonly application: number;
  /** How many calls the request asks for. */
  readonly calls: number;
}

export interface Scenario {
  readonly name: string;
  readonly applications: number;
  /** Whether as many come in one second as in another, so that it can be said what a second needs. */
  readonly isSteady: boolean;
  /** In order of time. */
  readonly arrivals: (random: Random) => Iterable<Arrival>;
  /** What is measured: from when it has settled until the last call comes. */
  readonly measured: { readonly fromMs: number; readonly untilMs: number };
}

const SECONDS_PER_DAY = 86_400;

/** A deadline is set when a call is dialed: only then are there as many to fire as to set. */
const WARM_UP_MS = 400_000;
const MEASURED_MS = 60_000;

export interface DayOptions {
  readonly callsPerDay: number;
  readonly peakFactor?: number;
  /** As many as use a tenth of the carrier's limit each, unless told. */
  readonly applications?: number | undefined;
}

/** Eight minutes of the busiest hour, of calls that know nothing of each other. */
export function dayOf({ callsPerDay, peakFactor = PEAK_FACTOR, applications }: DayOptions): Scenario {
  const perSecond = (callsPerDay * peakFactor) / SECONDS_PER_DAY;
  const count = applications ?? Math.ceil(perSecond / (CARRIER_CALLS_PER_SECOND * CARRIER_LOAD));
  const untilMs = WARM_UP_MS + MEASURED_MS;
  return {
    name: `${callsPerDay.toLocaleString("en")} calls a day: ${perSecond.toFixed(1)} a second at the peak`,
    applications: count,
    isSteady: true,
    measured: { fromMs: WARM_UP_MS, untilMs },
    *arrivals(random) {
      for (let atMs = 0; ; ) {
        atMs += (-Math.log(1 - random.next()) / perSecond) * 1000;
        if (atMs >= untilMs) return;
        yield { atMs, application: Math.floor(random.next() * count), calls: 1 };
      }
    },
  };
}

export interface BurstOptions {
  readonly calls: number;
  /** How many each request asks for. */
  readonly together?: number | undefined;
}

/** One application asks for all its calls within a minute; another asks for one, a second after that. */
export function burstOf({ calls, together = 1 }: BurstOptions): Scenario {
  const minuteMs = 60_000;
  return {
    name: `${calls.toLocaleString("en")} calls of one application in a minute, ${together.toLocaleString("en")} in a request, then one of another`,
    applications: 2,
    isSteady: false,
    measured: { fromMs: 0, untilMs: 2 * 3_600_000 },
    *arrivals() {
      for (let call = 0; call < calls; call += together)
        yield { atMs: (call * minuteMs) / calls, application: 0, calls: Math.min(together, calls - call) };
      yield { atMs: minuteMs + 1_000, application: 1, calls: 1 };
    },
  };
}
