import { isMoreUrgent, type Priority } from "../contracts/priority.ts";
import { callsOfStep, type Loop, stepIntervalMs } from "./loop.ts";
import { type BatchPriorities, leftByPriority, sharesWithBatch } from "./priorities.ts";
import { waitingByPriority } from "./waiting-counts.ts";

/** When calls are expected to be dialed, at the agreed pace (not at one that is slowed for a moment). Epoch ms. */
export interface Estimate {
  readonly firstMs: number;
  readonly lastMs: number;
}

interface Wanted extends BatchPriorities {
  readonly count: number;
  readonly startMs: number;
  /** How many of them have been dialed before. */
  readonly from?: number;
}

/** Calls of a batch, all at one priority: how many are left, and until when they have to be dialed. */
interface Competitor {
  readonly priority: Priority;
  readonly left: number;
  readonly startMs: number;
  readonly byMs: number;
}

interface Moment {
  readonly loop: Loop;
  readonly nowMs: number;
}

/** When a batch of `count` calls would be dialed beside all that already waits. */
export function estimateOf(wanted: Wanted, moment: Moment): Estimate {
  return estimateBeside({ wanted, others: competitorsOf(moment.loop) }, moment);
}

/** When the last call of a batch that is under way would be dialed. */
export function estimateOfBatch(id: string, { loop, nowMs }: Moment): number {
  const { [id]: entry, ...batches } = loop.batches;
  if (entry === undefined) return nowMs;
  return estimateOf(entry, { loop: { ...loop, batches }, nowMs }).lastMs;
}

/** When one more single call would be dialed: behind those that wait, and beside the batches. */
export function estimateOfSingle(
  { startMs, priority }: { startMs: number; priority: Priority },
  { loop, nowMs }: Moment,
): Estimate {
  const room = callsOfStep(loop.callsPerSecond);
  const batches = competitorsOf(loop).filter((other) => other.startMs <= startMs);
  const first = batches.filter((other) => isBefore(other.priority, priority));
  const singles = Object.entries(waitingByPriority(loop)) as [Priority, number][];
  const places = singles
    .filter(([of]) => of === priority || isMoreUrgent(of, priority))
    .map(([of, waiting]) => (batches.some((other) => sharesWithBatch(of, other.priority)) ? waiting * 3 : waiting));
  const steps = Math.floor((callsOf(first) + sum(places)) / room);
  const atMs = nextStepMs(loop, Math.max(nowMs, startMs)) + steps * stepIntervalMs(loop.callsPerSecond);
  return { firstMs: atMs, lastMs: atMs };
}

/** How many calls can be dialed in time, one step short of `byMs`, without making an accepted batch late. */
export function callsThatFit(wanted: Wanted & { readonly byMs: number }, moment: Moment): number {
  const { count, byMs } = wanted;
  const spareMs = stepIntervalMs(moment.loop.callsPerSecond);
  const others = competitorsOf(moment.loop);
  const fits = (calls: number) => {
    const of = { ...wanted, count: calls };
    const { lastMs } = estimateBeside({ wanted: of, others }, moment);
    return lastMs <= byMs - spareMs && others.every((other) => !isMadeLate(other, of));
  };
  const isMadeLate = (other: Competitor, by: Wanted) => {
    const rest = others.filter((one) => one !== other);
    // What is less urgent may be late: that was asked for. And it makes nobody late.
    const rivals = segmentsOf({ ...by, byMs }).filter(({ priority }) => priority === other.priority);
    const isLate = (beside: readonly Competitor[]) =>
      sharedEstimate({ ...other, others: beside }, moment).lastMs > other.byMs - spareMs;
    return rivals.length > 0 && isLate([...rest, ...rivals]) && !isLate(rest);
  };
  let [most, tooMany] = [0, count + 1];
  while (tooMany - most > 1) {
    const middle = Math.floor((most + tooMany) / 2);
    if (fits(middle)) most = middle;
    else tooMany = middle;
  }
  return most;
}

/** Of its calls, those at each priority are dialed behind the more urgent ones. */
function estimateBeside(
  { wanted, others }: { wanted: Wanted; others: readonly Competitor[] },
  moment: Moment,
): Estimate {
  const segments = segmentsOf({ ...wanted, byMs: Number.POSITIVE_INFINITY });
  const estimates = segments.map((segment) => {
    const own = segments.filter((other) => other !== segment);
    return sharedEstimate({ ...segment, others: [...others, ...own] }, moment);
  });
  if (estimates.length === 0) return sharedEstimate({ ...wanted, priority: "normal", left: 0, others }, moment);
  return {
    firstMs: Math.min(...estimates.map(({ firstMs }) => firstMs)),
    lastMs: Math.max(...estimates.map(({ lastMs }) => lastMs)),
  };
}

function sharedEstimate(
  { priority, left: count, startMs, others }: Omit<Competitor, "byMs"> & { others: readonly Competitor[] },
  { loop, nowMs }: Moment,
): Estimate {
  const room = callsOfStep(loop.callsPerSecond);
  const stepMs = stepIntervalMs(loop.callsPerSecond);
  const fromMs = nextStepMs(loop, Math.max(nowMs, startMs));
  const singles = Object.entries(waitingByPriority(loop)) as [Priority, number][];
  const waiting = (isMeant: (of: Priority) => boolean) =>
    sum(singles.filter(([of]) => isMeant(of)).map(([, waits]) => waits));
  const first =
    callsOf(others.filter((other) => isMoreUrgent(other.priority, priority))) +
    waiting((of) => isMoreUrgent(of, priority));
  const rivals = others.filter((other) => other.priority === priority);
  const firstMs = fromMs + Math.floor((first + rivals.length) / room) * stepMs;
  // Batches are served in turn. Beside batches, at most every third call is a single one.
  const ofBatches = rivals.reduce((calls, { left }) => calls + Math.min(left, count), count);
  const beside = waiting((of) => sharesWithBatch(of, priority));
  const calls = first + ofBatches + Math.min(beside, Math.floor((first + ofBatches) / 2));
  return { firstMs, lastMs: Math.max(firstMs, fromMs + (Math.ceil(calls / room) - 1) * stepMs) };
}

function nextStepMs({ dueMs, freeMs }: Loop, fromMs: number): number {
  const atMs = Math.max(freeMs, fromMs);
  // A running loop has a step soon; a resting loop starts one on arrival.
  return dueMs !== undefined && dueMs > atMs && dueMs < atMs + 2_000 ? dueMs : atMs;
}

function competitorsOf({ batches }: Loop): Competitor[] {
  return Object.values(batches)
    .filter(({ paused }) => !paused)
    .flatMap((entry) => segmentsOf({ ...entry, byMs: entry.expiryMs }));
}

function segmentsOf(of: Wanted & { readonly byMs: number }): Competitor[] {
  const { startMs, byMs } = of;
  return leftByPriority(of).map(({ priority, left }) => ({ priority, left, startMs, byMs }));
}

/** Whether calls of a batch go before a single call, which has no share beside them. */
function isBefore(ofBatch: Priority, single: Priority): boolean {
  return isMoreUrgent(ofBatch, single) && !sharesWithBatch(single, ofBatch);
}

function callsOf(batches: readonly Competitor[]): number {
  return sum(batches.map(({ left }) => left));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((one, other) => one + other, 0);
}
