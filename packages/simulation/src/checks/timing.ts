import { opensAtMs } from "@promptcall/core/call/local-time";
import { JITTER } from "@promptcall/core/callbacks/callback-schedule";
import type { DeliveryAttempt } from "@promptcall/core/contracts/records/callback";
import type { Settings } from "@promptcall/core/contracts/settings";
import { isBadRecord } from "../cloud/bad-records.ts";
import type { History, Moments } from "../history/history.ts";
import { stillDialedMs } from "../history/loop-observer.ts";
import { ENDINGS, type Person } from "../outside/person.ts";
import { type RequestedCall, ZONE } from "../outside/requests.ts";
import { FAULTS, type FaultLevel, isExact } from "../world/faults.ts";

/** What the event of an end needs on its way. */
const AT_ONCE_MS = 5_000;

/** A result must wait for a verdict that may be on its way, but not much longer. */
export function resultsTooEarlyOrLate({
  person: { kind, attempts },
  toldMs,
  moments: { endedMs, matchedMs, completedMs },
  status,
  level,
  settings: { timers },
}: {
  person: Person;
  /** When it was reported to our side that the leg has ended. */
  toldMs: number | undefined;
  moments: Moments;
  status: string;
  level: FaultLevel;
  settings: Settings;
}): string[] {
  if (endedMs === undefined || completedMs === undefined) return [];
  const { clockSkewSeconds } = FAULTS[level];
  const settledMs = endedMs + (timers.settleSeconds - 2 * clockSkewSeconds) * 1000;
  // What others have posted to an address that they know is no verdict.
  const isVerdict = attempts.includes(true) && matchedMs !== undefined && matchedMs < settledMs;
  if (isVerdict && status !== "ok")
    return [`the right PIN came ${Math.round((matchedMs - endedMs) / 1000)} s after the end, and it is ${status}`];
  if (isExact(level) && kind in ENDINGS && toldMs !== undefined && completedMs > toldMs + AT_ONCE_MS)
    return [`nobody picked up, and the result took ${seconds(completedMs - toldMs)} s`];
  if (isExact(level) && completedMs > endedMs + (timers.settleSeconds + 5) * 1000)
    return [`ended, and the result took ${Math.round((completedMs - endedMs) / 1000)} s`];
  return [];
}

/** Delivery attempts may be late, but never early, apart from clock skew and jitter. */
export function attemptsTooEarly({
  tid,
  attempts,
  delaysSeconds,
  replayedMs,
}: {
  tid: string;
  attempts: readonly DeliveryAttempt[];
  delaysSeconds: readonly number[];
  /** From when on an operator replays results, whatever their schedule. */
  replayedMs: number;
}): string[] {
  const firstAt = new Map<number, number>();
  for (const { attempt, at } of attempts)
    firstAt.set(attempt, Math.min(Date.parse(at), firstAt.get(attempt) ?? Number.POSITIVE_INFINITY));
  return [...firstAt].flatMap(([attempt, atMs]) => {
    const before = firstAt.get(attempt - 1);
    const planned = delaysSeconds[attempt - 2];
    if (before === undefined || planned === undefined || atMs > replayedMs) return [];
    const seconds = (atMs - before) / 1000;
    return seconds < planned * (1 - JITTER) - 10
      ? [`${tid}: attempt ${attempt} came after ${Math.round(seconds)} s`]
      : [];
  });
}

/** When every call must be over at the latest. */
const LATEST_MS = {
  none: 4_500_000,
  lone: 4_500_000,
  slow: 4_500_000,
  abused: 4_500_000,
  behind: 4_500_000,
  unreadable: 4_500_000,
  mild: 3 * 3_600_000,
  deploying: 8 * 3_600_000,
  heavy: 8 * 3_600_000,
};

/** Every call must be over in time; an unreadable one may not hold up others. */
export function completedTooLate({
  asked: { notBeforeMs = 0 },
  completedMs,
  level,
}: {
  asked: RequestedCall;
  completedMs: number;
  level: FaultLevel;
}): string[] {
  const afterMs = completedMs - notBeforeMs;
  return afterMs > LATEST_MS[level] ? [`took ${seconds(afterMs)} s to be over`] : [];
}

/** A call as it was asked for, and when it was dialed. */
interface Dialed {
  readonly asked: RequestedCall;
  readonly dials: readonly number[];
  readonly level: FaultLevel;
}

/** How long before dialing a deadline may be set. */
const PREPARATION_MS = 15_000;

/** Nothing may happen before its time, not even by recovery. */
export function doneTooEarly({
  asked: { notBeforeMs = 0 },
  dials: [dialedMs = Number.POSITIVE_INFINITY, ...more],
  completed: { by, atMs },
  level,
  deadlineSeconds,
}: Dialed & { completed: { by: string; atMs: number }; deadlineSeconds: number }): string[] {
  const leewayMs = 2_000 * FAULTS[level].clockSkewSeconds;
  const deadlineMs = (more.at(-1) ?? dialedMs) + deadlineSeconds * 1000 - PREPARATION_MS;
  if (dialedMs < notBeforeMs - leewayMs) return [`was dialed ${seconds(notBeforeMs - dialedMs)} s before its time`];
  if (isOverdue(by) && atMs < deadlineMs - leewayMs && Number.isFinite(dialedMs))
    return [`was closed by its deadline ${seconds(deadlineMs - atMs)} s before that`];
  if (by.startsWith("dead_") && atMs < notBeforeMs - leewayMs)
    return [`was given up ${seconds(notBeforeMs - atMs)} s before its time`];
  return [];
}

const seconds = (ms: number) => Math.round(ms / 1000);

const isOverdue = (completedBy: string) => /^(dead_)?deadline/.test(completedBy);

/** A call known to be cancelled must not be dialed; of a batch, the step under way still may be. */
export function dialedAfterCancelling({ asked: { cancelled }, dials, level }: Dialed): string[] {
  const dialedMs = dials.at(-1);
  if (cancelled === undefined || dialedMs === undefined) return [];
  const { atMs, isOfBatch } = cancelled;
  const allowedMs = isOfBatch ? stillDialedMs(FAULTS[level]) : 0;
  return dialedMs > atMs + allowedMs
    ? [`was dialed ${Math.round((dialedMs - atMs) / 1000)} s after it was cancelled`]
    : [];
}

/** No call of a paused batch may be dialed, except those of the step under way. */
export function dialedInPause({ asked: { pauses = [] }, dials, level }: Dialed): string[] {
  const stillMs = stillDialedMs(FAULTS[level]);
  return dials.flatMap((dialedMs) => {
    const within = pauses.find(({ fromMs, untilMs }) => dialedMs > fromMs + stillMs && dialedMs < untilMs);
    return within === undefined ? [] : [`was dialed ${seconds(dialedMs - within.fromMs)} s after it was paused`];
  });
}

/** How long a function may stand still between its look at the clock and the carrier's. */
const STANDSTILL_MS = 10_000;

/** No call is dialed outside its hours, apart from clock skew and what stands still. */
export function dialedOutsideHours({ asked: { hours }, dials, level }: Dialed): string[] {
  if (hours === undefined) return [];
  const leewayMs = level === "none" ? 1_000 : STANDSTILL_MS + 2_000 * FAULTS[level].clockSkewSeconds;
  const opens = (ms: number) => opensAtMs({ zones: [ZONE], ...hours }, ms);
  return dials
    .filter(
      (ms) => opens(ms) !== ms && opens(ms + leewayMs) !== ms + leewayMs && opens(ms - leewayMs) !== ms - leewayMs,
    )
    .map((ms) => `was dialed at ${new Date(ms).toISOString()}, outside ${hours.from}-${hours.to}`);
}

/** The share of calls that may still be closed by their deadline, because reports can be lost repeatedly. */
const LARGEST_OVERDUE_SHARE = {
  none: 0,
  lone: 0,
  slow: 0,
  abused: 0,
  behind: 0,
  unreadable: 0,
  mild: 0.02,
  deploying: 0.15,
  heavy: 0.15,
};
const FEW = { none: 0, lone: 1, slow: 0, abused: 0, behind: 0, unreadable: 0, mild: 2, deploying: 5, heavy: 5 };

/** A call whose end was reported and not lost must not be closed by its deadline. */
export function closedByDeadline({
  calls,
  history,
  level,
}: {
  calls: readonly { readonly asked: RequestedCall; readonly completedBy: string }[];
  history: History;
  level: FaultLevel;
}): string[] {
  const reported = calls.filter(
    ({ asked: { number, tid = "" } }) =>
      history.endsReported.has(number) && !history.damagedCalls.has(tid) && !isBadRecord(tid, FAULTS[level].badRecord),
  );
  const overdue = reported.filter(({ completedBy }) => isOverdue(completedBy));
  if (overdue.length <= FEW[level] + LARGEST_OVERDUE_SHARE[level] * reported.length) return [];
  return [`${overdue.length} of ${reported.length} calls whose end was reported were closed by their deadline only`];
}
