import * as z from "zod/mini";

/**
 * Everything that decides what an application dials next is in one item: the loop of its owner, which is the account
 * that it names, or else the application itself. A chain of steps, about a second apart, takes from it. Each write but
 * the count of one more arrival raises `version`, so that no two steps ever take the same.
 */
export const BatchEntrySchema = z.object({
  /** No call before this one is queued any more. Points at the first call that the last step took, not behind it. */
  from: z.int(),
  count: z.int(),
  startMs: z.number(),
  /** When its calls are not wanted any more, or its credential has ended; epoch ms. */
  expiryMs: z.number(),
  paused: z.optional(z.literal(true)),
});
export type BatchEntry = z.infer<typeof BatchEntrySchema>;

export const LoopSchema = z.object({
  version: z.int(),
  /** The number of the next step, and who claimed the last one. */
  step: z.int(),
  claimedBy: z.optional(z.string()),
  /** When the next step asks the carrier; none while the loop rests. Epoch ms. */
  dueMs: z.optional(z.number()),
  /** No step earlier than this: the last one that dialed, and its interval. */
  freeMs: z.number(),
  /** Single calls that came to wait, ever; and how many these were when the loop last went to rest, -1 while it works. */
  arrivals: z.int(),
  served: z.int(),
  /** How many of the arrivals have left again, as far as the last step could tell: for estimates alone. */
  departures: z.int(),
  /** When the last watchdog that was sent comes. */
  watchedUntilMs: z.number(),
  /** What the carrier has agreed to. */
  callsPerSecond: z.number().check(z.positive()),
  /** What is dialed now: less for a while after the carrier has refused calls for coming too fast. */
  currentCallsPerSecond: z.number().check(z.positive()),
  /** When the pace was last changed by a refusal, or by recovering from one. */
  paceChangedAtMs: z.optional(z.number()),
  /** Since when refusals are counted, and how many there were. */
  refusedAtMs: z.optional(z.number()),
  refusals: z.optional(z.int()),
  /** When calls were dialed outside a step, as far as the carrier's second still counts them. */
  recentMs: z.array(z.number()),
  /** The batch that was served last, and how many calls of batches have been dialed since a single one was. */
  turn: z.string(),
  sinceSingle: z.int(),
  batches: z.record(z.string(), BatchEntrySchema),
});
export type Loop = z.infer<typeof LoopSchema>;

/** What the carrier allows without a word with it. */
export const DEFAULT_CALLS_PER_SECOND = 3;

/**
 * A second of a step is a little longer than the carrier's: requests are not equally long on their way, each may be
 * late (`slackMs`), and the carrier counts any second. Whole milliseconds, so that all sums are exact.
 */
export const STEP_MS = 1_028;

/** A step is claimed at most so long before it is due; what changes after that waits for the next one. */
export const CLAIM_LEAD_MS = 400;

/** What a step needs from its look at the loop to its first request; more where it hands calls to further messages. */
export const READY_MS = 160;
export const HANDED_ON_MS = 240;

/** The most calls that one invocation dials together. */
export const MOST_TOGETHER = 30;

/** How far apart the requests of a step are, and within which time all of them are made. */
export const BETWEEN_REQUESTS_MS = 25;
export const SPREAD_MS = 450;

/** How long after its last request may be made the next step may look at the calls, at the least. */
const APART_MS = 75;

/**
 * How late each of so many requests may be; what would be later is left to the next step, which finds its call queued.
 * A step never finds a call that its forerunner is still about to dial: the spread and this come to less than a step
 * without its lead.
 */
export function slackMs(calls: number): number {
  return STEP_MS - CLAIM_LEAD_MS - APART_MS - Math.min(SPREAD_MS, (calls - 1) * BETWEEN_REQUESTS_MS);
}

/** How late a call that is dialed outside a step may be. */
export const JITTER_MS = 250;

/** A loop whose next step is late by so much was lost. */
export const OVERDUE_MS = 10_000;

/** A watchdog looks after the loop so long after it was sent; the next one is sent when that is nearer than half of it. */
export const WATCHDOG_MS = 90_000;
export const WATCHDOG_RENEWAL_MS = 45_000;

/** How long after a step should have begun somebody looks whether it has. */
export const LOOK_AFTER_MS = 60_000;

/** Each batch in the loop makes its item larger, and each step writes the item. */
export const MOST_BATCHES = 50;

export function newLoop(callsPerSecond = DEFAULT_CALLS_PER_SECOND): Loop {
  return {
    version: 0,
    step: 0,
    freeMs: 0,
    arrivals: 0,
    served: 0,
    departures: 0,
    watchedUntilMs: 0,
    callsPerSecond,
    currentCallsPerSecond: callsPerSecond,
    recentMs: [],
    turn: "",
    sinceSingle: 0,
    batches: {},
  };
}

/** How many calls a step dials at this pace, and how long it is until the next one. */
export function callsOfStep(callsPerSecond: number): number {
  return Math.max(1, Math.floor(callsPerSecond));
}

export function intervalMs(callsPerSecond: number): number {
  return callsPerSecond >= 1 ? STEP_MS : Math.ceil(STEP_MS / callsPerSecond);
}

/** The calls dialed outside a step that a request at this time has to leave room for. */
export function recentAt(loop: Loop, atMs: number): number[] {
  return loop.recentMs.filter((dialedMs) => dialedMs > atMs - countedMs(loop));
}

/** When the calls dialed outside a step leave room for one more, at the latest. */
export function roomAtMs(loop: Loop): number {
  const recentMs = loop.recentMs.toSorted((one, other) => one - other);
  const mostBefore = recentMs.at(-callsOfStep(loop.currentCallsPerSecond));
  return mostBefore === undefined ? 0 : mostBefore + countedMs(loop);
}

function countedMs({ callsPerSecond }: Loop): number {
  return Math.max(1_000, intervalMs(callsPerSecond)) + JITTER_MS + 30;
}
