import {
  type BatchEntry,
  CLAIM_LEAD_MS,
  callsOfStep,
  FAN_OUT_MS,
  LARGEST_DIAL_GROUP,
  type Loop,
  OVERDUE_MS,
  PREPARATION_MS,
  recentAt,
  roomAtMs,
  stepIntervalMs,
  WATCHDOG_RENEWAL_MS,
} from "./loop.ts";
import { takeCalls } from "./take-calls.ts";
import { classifyWaiting, LOOK_AGAIN_MS, type WaitingCall } from "./waiting-calls.ts";
import { departuresAfter } from "./waiting-counts.ts";

/** The queued calls of a batch, in order, as far as they were read. */
export interface QueuedCalls {
  readonly indices: readonly number[];
  /** The first call that cannot be read. The batch does not go on past it. */
  readonly unknown?: number | undefined;
  /** The first call that was not read. */
  readonly readTo: number;
  /** Queued calls that may not be dialed yet: they wait by themselves, and the batch goes on past them. */
  readonly held?: readonly WaitingCall[];
}

export interface StepPlan {
  /** When the carrier is asked for the first of them; epoch ms. */
  readonly atMs: number;
  readonly singles: readonly string[];
  readonly batches: readonly { readonly batchId: string; readonly indices: readonly number[] }[];
  /** Waiting calls that are over, or wait under another time: their items are removed. */
  readonly over: readonly WaitingCall[];
  /** Calls that wait by themselves from now on, or until later than they did: their items are written before the claim. */
  readonly held: readonly WaitingCall[];
  /** Calls and batches that expired. */
  readonly expired: readonly WaitingCall[];
  readonly expiredBatches: readonly string[];
  /** Batches whose calls were all dialed, or are over. */
  readonly doneBatches: readonly string[];
  /** The loop to write over the version that was read; a resting loop also over the arrivals that were read. */
  readonly next: Loop;
  readonly rests: boolean;
}

/** What a tick leads to. */
export type Tick =
  | { readonly kind: "at_rest" }
  /** Another step is next. `isLost`: that one is long overdue. */
  | { readonly kind: "stale"; readonly isLost: boolean }
  | { readonly kind: "early"; readonly leftMs: number }
  | { readonly kind: "due"; readonly claimAtMs: number };

/** Queues delay by whole seconds, so the function itself waits for the rest. */
const LONGEST_WAIT_MS = 1_600;

export function tickOf(loop: Loop, { step, nowMs }: { step: number; nowMs: number }): Tick {
  if (loop.dueMs === undefined) return { kind: "at_rest" };
  if (step !== loop.step) return { kind: "stale", isLost: loop.dueMs < nowMs - OVERDUE_MS };
  const leftMs = loop.dueMs - nowMs;
  if (leftMs > LONGEST_WAIT_MS) return { kind: "early", leftMs };
  return { kind: "due", claimAtMs: loop.dueMs - CLAIM_LEAD_MS };
}

export function needsWatchdog({ watchedUntilMs }: Pick<Loop, "watchedUntilMs">, nowMs: number): boolean {
  return watchedUntilMs < nowMs + WATCHDOG_RENEWAL_MS;
}

/** How many queued calls of each batch a step needs. One extra tells it that there are more. */
export function usefulCalls(loop: Loop): number {
  return callsOfStep(loop.currentCallsPerSecond) + 1;
}

/**
 * The batches that a step looks at, and how many queued calls of each it needs. Of one that may not be dialed now it asks
 * only whether there is any: the last may have been dialed, or deleted.
 */
export function batchesOfStep(loop: Loop, atMs: number): readonly (readonly [id: string, useful: number])[] {
  return Object.entries(loop.batches)
    .filter(([, { expiryMs }]) => expiryMs >= atMs)
    .map(([id, entry]) => [id, isDialed(entry, atMs) ? usefulCalls(loop) : 1] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1));
}

export function isDialed({ paused, startMs }: BatchEntry, atMs: number): boolean {
  return !paused && startMs <= atMs;
}

export function stepAtMs(loop: Loop, nowMs: number): number {
  const isFannedOut = callsOfStep(loop.currentCallsPerSecond) > LARGEST_DIAL_GROUP;
  return Math.max(loop.dueMs ?? 0, nowMs + (isFannedOut ? FAN_OUT_MS : PREPARATION_MS));
}

interface StepInput {
  readonly loop: Loop;
  readonly atMs: number;
  /** Names the claim, so that a write whose answer was lost recognises itself. */
  readonly token: string;
  /** By priority, and then by time; what is listed of a priority may end once a step is full. */
  readonly waiting: readonly WaitingCall[];
  readonly isAllListed: boolean;
  /** Of each batch that a step looks at. */
  readonly queued: ReadonlyMap<string, QueuedCalls>;
}

/** Decides what a step dials, and how the loop goes on. */
export function planStep(seen: StepInput): StepPlan {
  const { loop, atMs, token, waiting } = seen;
  const room = callsOfStep(loop.currentCallsPerSecond);
  const recentMs = recentAt(loop, atMs);
  const { over, expired, ready, held, nextMs: nextSingleMs } = classifyWaiting(seen);
  const batches = classifyBatches(seen);
  const active = new Map(
    [...seen.queued].filter(([id]) => loop.batches[id] !== undefined && isDialed(loop.batches[id], atMs)),
  );
  const taken = takeCalls({ loop, room: Math.max(0, room - recentMs.length), ready, queued: active });

  const takes = taken.singles.length + taken.batches.size > 0;
  const offered = ready.length + [...active.values()].reduce((sum, { indices }) => sum + indices.length, 0);
  const takenCalls = taken.singles.length + [...taken.batches.values()].reduce((sum, { length }) => sum + length, 0);
  // A step that took calls is followed by another, which checks that all of them were dialed.
  const isUnread = [...seen.queued].some(
    ([id, { indices, readTo }]) => readTo < (loop.batches[id]?.count ?? 0) && (active.has(id) || indices.length === 0),
  );
  // Others wait behind these, which it has not seen.
  const isUnlisted = !seen.isAllListed && over.length > 0;
  const goesOn = takes || offered > takenCalls || isUnread || isUnlisted || expired.length > 0;
  const nextIntervalMs = stepIntervalMs(loop.currentCallsPerSecond);
  const restsUntilMs = Math.min(nextSingleMs, batches.nextMs);
  const dueMs = goesOn ? atMs + nextIntervalMs : restsUntilMs;
  const rests = dueMs > atMs + nextIntervalMs;
  const { dueMs: _due, sentAgain: _sent, ...known } = loop;

  return {
    atMs,
    singles: taken.singles,
    batches: [...taken.batches].map(([batchId, indices]) => ({ batchId, indices })),
    over,
    held,
    expired,
    expiredBatches: batches.expired,
    doneBatches: batches.done,
    rests,
    next: {
      ...known,
      version: loop.version + 1,
      step: loop.step + 1,
      claimedBy: token,
      ...(dueMs !== Number.POSITIVE_INFINITY && { dueMs }),
      // Where the rate limit has no room, an earlier step would take nothing again.
      freeMs: takes ? atMs + nextIntervalMs : Math.max(loop.freeMs, Math.min(roomAtMs(loop), atMs + nextIntervalMs)),
      served: rests ? loop.arrivals : -1,
      departures: seen.isAllListed
        ? loop.arrivals - (waiting.length - over.length - expired.length - taken.singles.length)
        : loop.departures + over.length + expired.length + taken.singles.length,
      ...departuresAfter(loop, {
        isAllListed: seen.isAllListed,
        seenOf: (priority) => {
          const at = (calls: readonly WaitingCall[]) => calls.filter((call) => call.priority === priority).length;
          const takenOf = waiting.filter(({ tid }) => taken.singles.includes(tid));
          return { listed: at(waiting), gone: at([...over, ...expired, ...takenOf]), held: at(held) };
        },
      }),
      recentMs,
      turn: taken.turn,
      sinceSingle: taken.sinceSingle,
      batches: batchesAfter({ ...seen, taken: taken.batches, gone: batches.gone }),
    },
  };
}

function classifyBatches({ loop, atMs, queued }: StepInput) {
  const entries = Object.entries(loop.batches);
  const expired = entries.filter(([, { expiryMs }]) => expiryMs < atMs).map(([id]) => id);
  const isDone = ([id, { count }]: (typeof entries)[number]) => {
    const { indices, readTo, unknown } = queued.get(id) ?? { indices: [0], readTo: 0 };
    return indices.length === 0 && unknown === undefined && readTo >= count;
  };
  const done = entries.filter(isDone).map(([id]) => id);
  const times = entries
    .filter(([, { expiryMs }]) => expiryMs >= atMs)
    .flatMap(([, { paused, startMs, expiryMs }]) => {
      // A paused batch still has to expire.
      if (paused) return [expiryMs + 1];
      return startMs > atMs ? [startMs] : [];
    });
  if ([...queued.values()].some(({ unknown }) => unknown !== undefined)) times.push(atMs + LOOK_AGAIN_MS);
  return { expired, done, gone: new Set([...expired, ...done]), nextMs: Math.min(...times) };
}

function batchesAfter(
  given: StepInput & { taken: ReadonlyMap<string, readonly number[]>; gone: ReadonlySet<string> },
): Loop["batches"] {
  const { loop, queued, taken, gone } = given;
  const left = Object.entries(loop.batches).filter(([id]) => !gone.has(id));
  return Object.fromEntries(
    left.map(([id, entry]) => {
      const read = queued.get(id);
      const queuedFirst = taken.get(id)?.[0] ?? read?.indices[0] ?? read?.readTo;
      const first = queuedFirst && Math.min(queuedFirst, read?.unknown ?? queuedFirst);
      return [id, first === undefined ? entry : { ...entry, from: first }];
    }),
  );
}
