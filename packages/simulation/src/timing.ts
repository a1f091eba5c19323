import { JITTER } from "@promptcall/core/callback-schedule";
import type { CallbackAttempt } from "@promptcall/core/records/callback";
import type { Settings } from "@promptcall/core/settings";
import { isBadRecord } from "./bad-records.ts";
import { FAULTS, type FaultLevel } from "./faults.ts";
import type { History, Moments } from "./history.ts";
import { stillDialedMs } from "./loop-watch.ts";
import { ENDINGS, type Person } from "./person.ts";
import type { Asked } from "./requests.ts";

/** What the news of an end needs on its way. */
const AT_ONCE_MS = 5_000;

/** A result must wait for a verdict that is on its way, and must not wait for much longer than that. */
export function hasteOf({
  person: { kind, attempts },
  toldMs,
  moments: { endedMs, matchedMs, completedMs },
  status,
  level,
  settings: { timers },
}: {
  person: Person;
  /** When our side was told that the line is down. */
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
  if (level === "none" && kind in ENDINGS && toldMs !== undefined && completedMs > toldMs + AT_ONCE_MS)
    return [`nobody picked up, and the result took ${seconds(completedMs - toldMs)} s`];
  if (level === "none" && completedMs > endedMs + (timers.settleSeconds + 5) * 1000)
    return [`ended, and the result took ${Math.round((completedMs - endedMs) / 1000)} s`];
  return [];
}

/** Attempts to deliver may be late, never early: the clocks of two machines and the jitter are all the leeway there is. */
export function rushOf({
  tid,
  attempts,
  delaysSeconds,
  replayedMs,
}: {
  tid: string;
  attempts: readonly CallbackAttempt[];
  delaysSeconds: readonly number[];
  /** From when on an operator has results sent again, who does not ask for their time. */
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

/** By then every call is over, whatever goes wrong: outages, redeliveries, and its batch before it. */
const LATEST_MS = {
  none: 4_500_000,
  lone: 4_500_000,
  slow: 4_500_000,
  abused: 4_500_000,
  unreadable: 4_500_000,
  mild: 3 * 3_600_000,
  deploying: 8 * 3_600_000,
  heavy: 8 * 3_600_000,
};

/** Nobody waits for a call but its own customer: one that cannot be read holds up none of the others. */
export function lateOf({
  asked: { notBeforeMs = 0 },
  completedMs,
  level,
}: {
  asked: Asked;
  completedMs: number;
  level: FaultLevel;
}): string[] {
  const afterMs = completedMs - notBeforeMs;
  return afterMs > LATEST_MS[level] ? [`took ${seconds(afterMs)} s to be over`] : [];
}

/** So long before the carrier has a call its deadline may have been set. */
const PREPARATION_MS = 15_000;

/** Nothing is done before its time, not even by what makes up for failures. */
export function earlyOf({
  asked: { notBeforeMs = 0 },
  dials: [dialedMs = Number.POSITIVE_INFINITY],
  completed: { by, atMs },
  level,
  deadlineSeconds,
}: {
  asked: Asked;
  dials: readonly number[];
  completed: { by: string; atMs: number };
  level: FaultLevel;
  deadlineSeconds: number;
}): string[] {
  const leewayMs = 2_000 * FAULTS[level].clockSkewSeconds;
  const deadlineMs = dialedMs + deadlineSeconds * 1000 - PREPARATION_MS;
  if (dialedMs < notBeforeMs - leewayMs) return [`was dialed ${seconds(notBeforeMs - dialedMs)} s before its time`];
  if (isOverdue(by) && atMs < deadlineMs - leewayMs && Number.isFinite(dialedMs))
    return [`was closed by its deadline ${seconds(deadlineMs - atMs)} s before that`];
  if (by.startsWith("dead_") && atMs < notBeforeMs - leewayMs)
    return [`was given up ${seconds(notBeforeMs - atMs)} s before its time`];
  return [];
}

const seconds = (ms: number) => Math.round(ms / 1000);

const isOverdue = (completedBy: string) => /^(dead_)?deadline/.test(completedBy);

/** Who has heard that a call is cancelled must not see it dialed; of a batch the step under way still is. */
export function dialedAfterCancelling({
  asked: { cancelled },
  dials,
  level,
}: {
  asked: Asked;
  dials: readonly number[];
  level: FaultLevel;
}): string[] {
  const [dialedMs] = dials;
  if (cancelled === undefined || dialedMs === undefined) return [];
  const { atMs, among } = cancelled;
  const allowedMs = among === 1 ? 0 : stillDialedMs(FAULTS[level]);
  return dialedMs > atMs + allowedMs
    ? [`was dialed ${Math.round((dialedMs - atMs) / 1000)} s after it was cancelled`]
    : [];
}

/** Who has heard that a batch is paused sees none of its calls dialed until it goes on, but those of the step under way. */
export function dialedInPause({
  asked: { pauses = [] },
  dials: [dialedMs],
  level,
}: {
  asked: Asked;
  dials: readonly number[];
  level: FaultLevel;
}): string[] {
  if (dialedMs === undefined) return [];
  const stillMs = stillDialedMs(FAULTS[level]);
  const within = pauses.find(({ fromMs, untilMs }) => dialedMs > fromMs + stillMs && dialedMs < untilMs);
  return within === undefined ? [] : [`was dialed ${seconds(dialedMs - within.fromMs)} s after it was paused`];
}

/** So many may be closed by their deadline all the same: what was told was lost on its way, several times over. */
const LARGEST_OVERDUE_SHARE = {
  none: 0,
  lone: 0,
  slow: 0,
  abused: 0,
  unreadable: 0,
  mild: 0.02,
  deploying: 0.15,
  heavy: 0.15,
};
const FEW = { none: 0, lone: 1, slow: 0, abused: 0, unreadable: 0, mild: 2, deploying: 5, heavy: 5 };

/** The end of a call was told, and nothing about it went wrong for good: then the deadline has nothing to do with it. */
export function overdueOf({
  calls,
  history,
  level,
}: {
  calls: readonly { readonly asked: Asked; readonly completedBy: string }[];
  history: History;
  level: FaultLevel;
}): string[] {
  const told = calls.filter(
    ({ asked: { number, tid = "" } }) =>
      history.endsTold.has(number) && !history.spoiltCalls.has(tid) && !isBadRecord(tid, FAULTS[level].badRecord),
  );
  const overdue = told.filter(({ completedBy }) => isOverdue(completedBy));
  if (overdue.length <= FEW[level] + LARGEST_OVERDUE_SHARE[level] * told.length) return [];
  return [`${overdue.length} of ${told.length} calls whose end was told were closed by their deadline only`];
}
