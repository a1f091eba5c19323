import { callsOfStep, type Loop, stepIntervalMs } from "./loop.ts";

/** When calls are expected to be dialed, at the agreed pace (not at one that is slowed for a moment). Epoch ms. */
export interface Estimate {
  readonly firstMs: number;
  readonly lastMs: number;
}

interface Wanted {
  readonly count: number;
  readonly startMs: number;
}

/** A batch under way or to come: how many of its calls are left, and until when they have to be dialed. */
interface Competitor {
  readonly left: number;
  readonly startMs: number;
  readonly byMs: number;
}

/** When a batch of `count` calls would be dialed beside all that already waits. */
export function estimateOf({ count, startMs }: Wanted, { loop, nowMs }: { loop: Loop; nowMs: number }): Estimate {
  const others = competitorsOf(loop);
  return sharedEstimate({ count, startMs, others, waiting: waitingOf(loop) }, { loop, nowMs });
}

/** When the last call of a batch that is under way would be dialed. */
export function estimateOfBatch(id: string, { loop, nowMs }: { loop: Loop; nowMs: number }): number {
  const { [id]: entry, ...batches } = loop.batches;
  if (entry === undefined) return nowMs;
  const { count, from, startMs } = entry;
  return estimateOf({ count: count - from, startMs }, { loop: { ...loop, batches }, nowMs }).lastMs;
}

/** When one more single call would be dialed: behind those that wait, and beside the batches. */
export function estimateOfSingle(startMs: number, { loop, nowMs }: { loop: Loop; nowMs: number }): Estimate {
  const room = callsOfStep(loop.callsPerSecond);
  const isBesideBatches = competitorsOf(loop).some((other) => other.startMs <= startMs);
  const waiting = waitingOf(loop);
  const steps = Math.floor(isBesideBatches ? (waiting * 3) / room : waiting / room);
  const atMs = nextStepMs(loop, Math.max(nowMs, startMs)) + steps * stepIntervalMs(loop.callsPerSecond);
  return { firstMs: atMs, lastMs: atMs };
}

/** How many calls can be dialed in time, one step short of `byMs`, without making an accepted batch late. */
export function callsThatFit(
  { count, startMs, byMs }: Wanted & { readonly byMs: number },
  { loop, nowMs }: { loop: Loop; nowMs: number },
): number {
  const spareMs = stepIntervalMs(loop.callsPerSecond);
  const waiting = waitingOf(loop);
  const others = competitorsOf(loop);
  const fits = (calls: number) => {
    const isInTime =
      sharedEstimate({ count: calls, startMs, others, waiting }, { loop, nowMs }).lastMs <= byMs - spareMs;
    return isInTime && others.every((other, index) => !isMadeLate(other, index, calls));
  };
  const isMadeLate = (other: Competitor, index: number, calls: number) => {
    const rest = others.filter((_, otherIndex) => otherIndex !== index);
    const lastMs = (beside: readonly Competitor[]) =>
      sharedEstimate({ count: other.left, startMs: other.startMs, others: beside, waiting }, { loop, nowMs }).lastMs;
    const isLate = (ms: number) => ms > other.byMs - spareMs;
    return isLate(lastMs([...rest, { left: calls, startMs, byMs }])) && !isLate(lastMs(rest));
  };
  let [most, tooMany] = [0, count + 1];
  while (tooMany - most > 1) {
    const middle = Math.floor((most + tooMany) / 2);
    if (fits(middle)) most = middle;
    else tooMany = middle;
  }
  return most;
}

function sharedEstimate(
  { count, startMs, others, waiting }: Wanted & { others: readonly Competitor[]; waiting: number },
  { loop, nowMs }: { loop: Loop; nowMs: number },
): Estimate {
  const room = callsOfStep(loop.callsPerSecond);
  const stepMs = stepIntervalMs(loop.callsPerSecond);
  const fromMs = nextStepMs(loop, Math.max(nowMs, startMs));
  const firstMs = fromMs + Math.floor(others.length / room) * stepMs;
  // Batches are served in turn. Beside batches, at most every third call is a single one.
  const ofBatches = others.reduce((sum, { left }) => sum + Math.min(left, count), count);
  const calls = ofBatches + Math.min(waiting, Math.floor(ofBatches / 2));
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
    .map(({ from, count, startMs, expiryMs }) => ({ left: count - from, startMs, byMs: expiryMs }));
}

/** How many single calls wait. */
export function waitingOf({ arrivals, departures }: Loop): number {
  return Math.max(0, arrivals - departures);
}
