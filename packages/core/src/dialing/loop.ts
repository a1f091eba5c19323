import * as z from "zod/mini";

// Made once, for all fields that are like that.
const text = z.string();
const whole = z.int();
const number = z.number();
const someText = z.optional(text);
const someWhole = z.optional(whole);
const someNumber = z.optional(number);
const positive = number.check(z.positive());

/**
 * One item decides what is dialed next: the loop of the owner, which is the application or the account it shares. A
 * chain of steps, about a second apart, takes calls from it. Every write except an arrival's count raises `version`, so
 * that no two steps take the same calls.
 */
export const BatchEntrySchema = z.object({
  /** No call before this index is queued. It is the first call that the last step took, not the one after it. */
  from: whole,
  count: whole,
  startMs: number,
  /** When its calls are no longer wanted, or its credential expires; epoch ms. */
  expiryMs: number,
  paused: z.optional(z.literal(true)),
  /** Its calls are in the order of their priorities: up to which they are high, and from which on they are low. */
  highTo: someWhole,
  lowFrom: someWhole,
});
export type BatchEntry = z.infer<typeof BatchEntrySchema>;

export const LoopSchema = z.object({
  version: whole,
  /** The number of the next step, and the token that claimed the last one. */
  step: whole,
  claimedBy: someText,
  /** When the next step asks the carrier; none while the loop rests. Epoch ms. */
  dueMs: someNumber,
  /** When somebody started the loop, or sent the tick of an overdue step again (epoch ms), and a token of who did. */
  sentAgain: z.optional(z.object({ atMs: number, by: text })),
  /** The earliest time of the next step: one interval after the last step that dialed. */
  freeMs: number,
  /** How many single calls have ever come to wait, and how many had when the loop went to rest (-1 while it runs). */
  arrivals: whole,
  served: whole,
  /** How many arrivals have left, as far as the last step knew. Used for estimates only. */
  departures: whole,
  /**
   * The same of those that are high or low, where any has come: a step reads such a priority while fewer have left it than
   * came. They are the same only once it has read that nothing waits there.
   */
  arrivalsHigh: someWhole,
  departuresHigh: someWhole,
  arrivalsLow: someWhole,
  departuresLow: someWhole,
  /** When the watchdog that was sent last arrives. */
  watchedUntilMs: number,
  /** What the carrier has agreed to. */
  callsPerSecond: positive,
  /** The current pace: lower for a while after the carrier answered 429. */
  currentCallsPerSecond: positive,
  /** When a refusal, or recovery from one, last changed the pace. */
  paceChangedAtMs: someNumber,
  /** Since when refusals are counted, and how many there were. */
  refusedAtMs: someNumber,
  refusals: someWhole,
  /** When calls were dialed outside a step, while the carrier's rate limit still counts them. */
  recentMs: z.array(number),
  /** The batch served last, and how many batch calls were dialed since the last single call. */
  turn: text,
  sinceSingle: whole,
  batches: z.record(text, BatchEntrySchema),
});
export type Loop = z.infer<typeof LoopSchema>;

/** What the carrier allows by default. */
export const DEFAULT_CALLS_PER_SECOND = 3;

/**
 * A step lasts a little longer than a second: requests take different times to arrive, each may be late (`slackMs`),
 * and the carrier counts a rolling second.
 */
export const STEP_MS = 1_028;

/** How long before it is due a step may be claimed. Later changes wait for the next step. */
export const CLAIM_LEAD_MS = 400;

/** From reading the loop to the first request; more where the step fans its calls out to further messages. */
export const PREPARATION_MS = 160;
export const FAN_OUT_MS = 300;

/** How long before that its message is to come, which may be late. Steps that are each late by a little never make up for it. */
export const LEAD_MS = 190;

/**
 * The most calls that one invocation dials together. A larger step goes to several, of as many: each has a processor's
 * share of its own. Once it is warm a call takes 2 to 3 ms of a whole processor, and a function with 256 MB has a seventh of
 * one (https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html). Smaller parts would be more than Lambda takes
 * at once at first, and those that it takes together share one processor.
 */
export const LARGEST_DIAL_GROUP = 20;

/** The gap between the requests of a step, and the time within which all are made. */
export const REQUEST_GAP_MS = 25;
export const STEP_SPREAD_MS = 400;

/** The least time between the last possible request of a step and the next step's read. */
const STEP_GAP_MS = 75;

/**
 * How late each of so many requests may be. A later one is left to the next step, which finds its call still queued.
 * Spread and slack stay below a step without its lead, so no step finds a call that the one before may still dial.
 */
export function slackMs(calls: number): number {
  return STEP_MS - CLAIM_LEAD_MS - STEP_GAP_MS - Math.min(STEP_SPREAD_MS, (calls - 1) * REQUEST_GAP_MS);
}

/** How late a call that is dialed outside a step may be. */
export const JITTER_MS = 250;

/** A loop whose next step is this late has lost its message. */
export const OVERDUE_MS = 10_000;

/** When a watchdog arrives after it was sent; the next one is sent once less than half of that is left. */
export const WATCHDOG_MS = 90_000;
export const WATCHDOG_RENEWAL_MS = 45_000;

/** How long after a step was due a message checks that it was taken. */
export const LOOK_AFTER_MS = 60_000;

/** Each batch makes the item larger, and each step writes it. */
export const MOST_BATCHES_OF_LOOP = 50;

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

/** How many calls a step dials at this pace. */
export function callsOfStep(callsPerSecond: number): number {
  return Math.max(1, Math.floor(callsPerSecond));
}

export function stepIntervalMs(callsPerSecond: number): number {
  return callsPerSecond >= 1 ? STEP_MS : Math.ceil(STEP_MS / callsPerSecond);
}

/** The calls dialed outside a step that still count at this time. */
export function recentAt(loop: Loop, atMs: number): number[] {
  return loop.recentMs.filter((dialedMs) => dialedMs > atMs - countedMs(loop));
}

/** The latest time at which the rate limit has room again, after the calls dialed outside a step. */
export function roomAtMs(loop: Loop): number {
  const recentMs = loop.recentMs.toSorted((one, other) => one - other);
  const mostBefore = recentMs.at(-callsOfStep(loop.currentCallsPerSecond));
  return mostBefore === undefined ? 0 : mostBefore + countedMs(loop);
}

function countedMs({ callsPerSecond }: Loop): number {
  return Math.max(1_000, stepIntervalMs(callsPerSecond)) + JITTER_MS + 30;
}
