import * as z from "zod/mini";

/**
 * How fast an application's calls are dialed, and until when its places in time are taken. The carrier allows so many
 * calls a second and refuses what is above; so every call is given its place when it is accepted.
 */
export const PaceSchema = z.object({
  /** What is dialed now. Below the limit for a while after the carrier has refused a call for coming too fast. */
  callsPerSecond: z.number().check(z.positive()),
  /** What the carrier has agreed to. */
  limit: z.number().check(z.positive()),
  /** The end of the last place taken; epoch ms. */
  takenUntilMs: z.number(),
  /** When the pace was last changed by the carrier's refusal, or by recovering from one; epoch ms. */
  changedAtMs: z.optional(z.number()),
  /** Since when refusals are counted, and how many there were; epoch ms. */
  refusedAtMs: z.optional(z.number()),
  refusals: z.optional(z.int()),
});
export type Pace = z.infer<typeof PaceSchema>;

/** What the carrier allows without a word with it. */
export const DEFAULT_CALLS_PER_SECOND = 3;

/** One in eight seconds: slower than any carrier needs. */
const SLOWEST = 1 / 8;

/** Without a refusal for so long, the pace is doubled, up to the limit. */
const RECOVERY_MS = 5_000;

/** Refusals that are further apart, or that meet no more than one in ten calls meanwhile, are a matter of chance. */
const CHANCE_MS = 3_000;
const CHANCE_SHARE = 0.1;

/**
 * A second of a step is a little longer than the carrier's: requests are not equally long on their way, and the queue is
 * never early. It is the sum of the steps that is promised, and the places of the next batch begin where this one's do
 * end. Whole milliseconds, so that all sums are exact.
 */
export const SECOND_MS = 1_025;

/** So many calls are dialed together, and then no more for so many seconds. Whole seconds are what a queue can wait. */
export interface Step {
  readonly calls: number;
  readonly seconds: number;
}

export function freshPace(limit = DEFAULT_CALLS_PER_SECOND): Pace {
  return { callsPerSecond: limit, limit, takenUntilMs: 0 };
}

export function stepOf({ callsPerSecond }: Pick<Pace, "callsPerSecond">): Step {
  return callsPerSecond >= 1
    ? { calls: Math.floor(callsPerSecond), seconds: 1 }
    : { calls: 1, seconds: Math.ceil(1 / callsPerSecond) };
}

/** How long so many calls take; also less than a step, so that single calls follow each other closely. */
export function durationMs(count: number, pace: Pick<Pace, "callsPerSecond">): number {
  const { calls, seconds } = stepOf(pace);
  return Math.ceil((count * seconds * SECOND_MS) / calls);
}

/**
 * A step begins so long before its first call. A batch begins with its place, and what waits for a place after it is as
 * late in it: so they do not meet.
 */
export const LEAD_MS = 250;

/** What a queue that waits whole seconds may be late by. */
const ROUNDING_MS = 1_000;

/** When a call with this place is handed to the dialer. */
export function turnOfCall(fromMs: number) {
  return { not_before: iso(fromMs + LEAD_MS) };
}

/** When a batch with these places is handed to the dialer, and when that asks the carrier for the first call. */
export function turnOfBatch(fromMs: number) {
  return { not_before: iso(fromMs - ROUNDING_MS), due: iso(fromMs + LEAD_MS) };
}

const iso = (ms: number) => new Date(ms).toISOString();

/** Places in time; epoch ms. `lastMs` is when the last call is dialed, `untilMs` when the next one may be. */
export interface Places {
  readonly fromMs: number;
  readonly lastMs: number;
  readonly untilMs: number;
}

/** The next places for so many calls: at once for an application at rest, else where the last one taken ends. */
export function placesFor(count: number, { pace, nowMs }: { pace: Pace; nowMs: number }): Places {
  return placesFrom(isBusy(pace, nowMs) ? pace.takenUntilMs : nowMs, { count, pace });
}

/** Just now: requests that come together go on where the one before ended, even if that was a moment ago. */
export const JUST_MS = 100;

/** Whether places are taken one after the other, rather than from now on. */
export function isBusy({ takenUntilMs }: Pick<Pace, "takenUntilMs">, nowMs: number): boolean {
  return takenUntilMs > nowMs - JUST_MS;
}

export function placesFrom(fromMs: number, { count, pace }: { count: number; pace: Pace }): Places {
  const { calls } = stepOf(pace);
  const stepsBefore = Math.floor((count - 1) / calls);
  return {
    fromMs,
    lastMs: fromMs + durationMs(stepsBefore * calls, pace),
    untilMs: fromMs + durationMs(count, pace),
  };
}

/** How many of the next places begin no later than that. */
export function placesBy(byMs: number, { pace, nowMs }: { pace: Pace; nowMs: number }): number {
  const { fromMs } = placesFor(1, { pace, nowMs });
  const { calls, seconds } = stepOf(pace);
  return byMs < fromMs ? 0 : (Math.floor((byMs - fromMs) / (seconds * SECOND_MS)) + 1) * calls;
}

/**
 * After a refusal: half as fast, if it is not the first second with refusals and they are more than chance. Calls meet
 * on their way, and single ones since a queue waits whole seconds only, so that some are refused at the right pace; at one
 * that is too fast, many are refused every second.
 */
export function slowed(pace: Pace, nowMs: number): Pace {
  const sinceMs = nowMs - (pace.refusedAtMs ?? Number.NEGATIVE_INFINITY);
  if (sinceMs > CHANCE_MS) return { ...pace, refusedAtMs: nowMs, refusals: 1 };
  const refusals = (pace.refusals ?? 1) + 1;
  const byChance = pace.callsPerSecond * (CHANCE_MS / 1_000) * CHANCE_SHARE;
  if (sinceMs < 1_000 || refusals <= byChance) return { ...pace, refusals };
  const callsPerSecond = Math.max(pace.callsPerSecond / 2, SLOWEST);
  return { ...pace, callsPerSecond, changedAtMs: nowMs, refusedAtMs: nowMs, refusals: 1 };
}

/** After some time without a refusal: twice as fast, and again after as much time, up to the limit. */
export function recovered(pace: Pace, nowMs: number): Pace {
  const changedAtMs = (pace.changedAtMs ?? 0) + RECOVERY_MS;
  if (pace.callsPerSecond >= pace.limit || nowMs < changedAtMs) return pace;
  const { changedAtMs: _changed, ...steady } = pace;
  const callsPerSecond = Math.min(pace.callsPerSecond * 2, pace.limit);
  return callsPerSecond === pace.limit
    ? { ...steady, callsPerSecond }
    : recovered({ ...pace, callsPerSecond, changedAtMs }, nowMs);
}
