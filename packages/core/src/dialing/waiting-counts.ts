import { PRIORITIES, type Priority, UNUSUAL_PRIORITIES, type UnusualPriority } from "../contracts/priority.ts";
import type { Loop } from "./loop.ts";

/** The counts of a loop by priority: those that are not normal have counts of their own. */
const COUNTS = {
  high: { arrivals: "arrivalsHigh", departures: "departuresHigh" },
  normal: { arrivals: "arrivals", departures: "departures" },
  low: { arrivals: "arrivalsLow", departures: "departuresLow" },
} as const satisfies Record<Priority, { arrivals: keyof Loop; departures: keyof Loop }>;

/** The loop's counts that grow with an arrival: all are among `arrivals`. */
export function countsOfArrival(priority: Priority): readonly ("arrivals" | "arrivalsHigh" | "arrivalsLow")[] {
  return priority === "normal" ? ["arrivals"] : ["arrivals", COUNTS[priority].arrivals];
}

/** Counts that nobody writes: they only grow. */
export const ARRIVALS = Object.values(COUNTS).map(({ arrivals }) => arrivals);

/** How many single calls wait. */
export function waitingOf({ arrivals, departures }: Loop): number {
  return Math.max(0, arrivals - departures);
}

/** How many of them at each priority. */
export function waitingByPriority(loop: Loop): Readonly<Record<Priority, number>> {
  const [high, low] = [waitingAt(loop, "high"), waitingAt(loop, "low")];
  return { high, normal: Math.max(0, waitingOf(loop) - high - low), low };
}

function waitingAt(loop: Loop, priority: UnusualPriority): number {
  const { arrivals, departures } = COUNTS[priority];
  return Math.max(0, (loop[arrivals] ?? 0) - (loop[departures] ?? 0));
}

/** The priorities at which a call may wait, and which a step has to read. */
export function prioritiesOf(loop: Loop): readonly Priority[] {
  return PRIORITIES.filter((priority) => priority === "normal" || waitingAt(loop, priority) > 0);
}

interface Seen {
  /** The calls that wait there, as far as they were read. */
  readonly listed: number;
  /** How many of them leave. */
  readonly gone: number;
  /** How many calls come to wait there through this step. */
  readonly held: number;
}

/**
 * The departures at each priority after a step. None waits there any more only where the step has read so: what it has
 * taken may have to be taken again, and what has arrived since counts anyway.
 */
export function departuresAfter(
  loop: Loop,
  { isAllListed, seenOf }: { isAllListed: boolean; seenOf: (priority: UnusualPriority) => Seen },
): Pick<Loop, "departuresHigh" | "departuresLow"> {
  const departures = UNUSUAL_PRIORITIES.flatMap((priority) => {
    const { listed, gone, held } = seenOf(priority);
    const waiting = waitingAt(loop, priority);
    if (waiting === 0 && held === 0) return [];
    const left = (isAllListed ? listed : waiting) - gone + held;
    const isEmpty = listed === 0 && held === 0;
    const count = (loop[COUNTS[priority].arrivals] ?? 0) - (isEmpty ? 0 : Math.max(1, left));
    return [[COUNTS[priority].departures, count] as const];
  });
  return Object.fromEntries(departures);
}
