import { type FieldError, mustBe } from "../../http/problem.ts";
import type { HttpRequest } from "../../http/request.ts";
import { acquireAll } from "../../messages/acquire-all.ts";
import type { Bulkhead } from "../../ports/bulkhead.ts";
import type { TimerClock } from "../../ports/clock.ts";

/** With the looks before and after it, less than the api's timeout and the gateway's. */
export const LONGEST_WAIT_SECONDS = 25;

/** What the last look and the answer may take. */
const ANSWERING_MS = 2_000;

const FIRST_PAUSE_MS = 500;
const GROWTH = 1.5;
const LONGEST_PAUSE_MS = 2_000;

export interface WaitPorts {
  readonly clock: TimerClock;
  readonly bulkhead: Bulkhead;
  readonly settings: { readonly waiting: { readonly ofOne: number; readonly ofAll: number } };
  /** How long the invocation may still take. */
  readonly timeLeftMs: () => number;
}

/** How many seconds the request wants to wait. */
export function waitOf(request: HttpRequest): number | FieldError {
  const given = request.url.searchParams.get("wait")?.trim() || "0";
  const seconds = /^\d{1,2}$/.test(given) ? Number(given) : Number.NaN;
  if (seconds <= LONGEST_WAIT_SECONDS) return seconds;
  return { field: "wait", ...mustBe(`a whole number of seconds from 0 to ${LONGEST_WAIT_SECONDS}`) };
}

/** What is waited for, on behalf of whom, and for how long. */
interface Awaited {
  readonly applicationId: string;
  readonly seconds: number;
  readonly isOver: () => Promise<boolean>;
  /** Where a look costs more, they are further apart. */
  readonly longestPauseMs?: number;
}

/**
 * Looks again until it is over, or for as long as was asked. One who waits occupies an invocation: where too many do, the
 * next one does not wait.
 */
export async function untilOver(
  { applicationId, seconds, isOver, longestPauseMs = LONGEST_PAUSE_MS }: Awaited,
  { clock, bulkhead, settings, timeLeftMs }: WaitPorts,
): Promise<void> {
  const nowMs = () => clock.now().getTime();
  const untilMs = nowMs() + Math.min(seconds * 1_000, timeLeftMs() - ANSWERING_MS);
  const { ofOne, ofAll } = settings.waiting;
  const permit = await acquireAll(
    [
      { id: `waiting:${applicationId}`, permits: ofOne },
      { id: "waiting", permits: ofAll },
    ],
    bulkhead,
  );
  if (typeof permit === "string") return;
  try {
    if (!(await permit.hold())) return;
    for (let pauseMs = FIRST_PAUSE_MS; nowMs() < untilMs; pauseMs *= GROWTH) {
      await clock.waitUntil(Math.min(nowMs() + Math.min(pauseMs, longestPauseMs), untilMs));
      if (await isOver()) return;
    }
  } finally {
    await permit.release();
  }
}
