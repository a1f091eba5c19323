import { isMoreUrgent, PRIORITIES } from "@promptcall/core/contracts/priority";
import {
  type BatchEntry,
  callsOfStep,
  type Loop,
  OVERDUE_MS,
  stepIntervalMs,
  WATCHDOG_RENEWAL_MS,
} from "@promptcall/core/dialing/loop";
import { priorityAt } from "@promptcall/core/dialing/priorities";
import { waitingByPriority } from "@promptcall/core/dialing/waiting-counts";
import { type Faults, SLOWEST_MS } from "../world/faults.ts";

/** A request to the carrier to place a call. */
interface Request {
  readonly number: string;
  readonly account: string;
  readonly atMs: number;
}

/** Observes the dial loops, and their requests to the carrier. */
export class LoopObserver {
  readonly requests: Request[] = [];
  /** By call, when it first came to wait by itself. */
  readonly waitsMs = new Map<string, number>();
  /** By batch, when it left its loop for being over. */
  readonly overMs = new Map<string, number>();
  /** Violations under any faults. */
  readonly violations: string[] = [];
  /** Violations only without faults. */
  readonly passedOver: string[] = [];
  /** By batch, when it first was said to be over, whether it had left its loop by then or not. */
  readonly endedMs = new Map<string, number>();
  /** The longest that a batch stayed in its loop after it was said to be over. */
  longestOverMs = 0;
  /** The longest delay of a step. */
  longestLateMs = 0;
  /** By loop, when its last tick or watchdog arrives. */
  readonly #watchedUntilMs = new Map<string, number>();
  readonly #claims = new Map<string, string | undefined>();
  /** By batch, how many steps in a row have taken nothing of it. */
  readonly #unserved = new Map<string, number>();
  readonly #nowMs: () => number;

  constructor({ nowMs }: { nowMs: () => number }) {
    this.#nowMs = nowMs;
  }

  asked(request: Omit<Request, "atMs">): void {
    this.requests.push({ ...request, atMs: this.#nowMs() });
  }

  waits(tid: string): void {
    if (!this.waitsMs.has(tid)) this.waitsMs.set(tid, this.#nowMs());
  }

  /** A tick of a loop was sent. */
  ticked(owner: string, delaySeconds: number): void {
    const comesMs = this.#nowMs() + delaySeconds * 1_000;
    this.#watchedUntilMs.set(owner, Math.max(comesMs, this.#watchedUntilMs.get(owner) ?? 0));
  }

  ended(batchId: string): void {
    this.endedMs.set(batchId, this.#nowMs());
  }

  wrote(owner: string, before: Loop, after: Loop): void {
    for (const id of Object.keys(before.batches))
      if (!(id in after.batches))
        this.longestOverMs = Math.max(this.longestOverMs, this.#nowMs() - (this.endedMs.get(id) ?? this.#nowMs()));
    if (after.step !== before.step) {
      this.#claimed(owner, before, after);
      return;
    }
    const isRevived = after.dueMs === before.dueMs && after.sentAgain?.by !== before.sentAgain?.by;
    const nowMs = this.#nowMs() + LARGEST_SKEW_MS;
    const isLost = before.dueMs !== undefined && before.dueMs < nowMs - OVERDUE_MS;
    if (isRevived && !isLost && before.watchedUntilMs > nowMs + WATCHDOG_RENEWAL_MS)
      this.violations.push(`the loop of ${owner} was revived although somebody looks after it`);
    for (const id of Object.keys(before.batches))
      if (!(id in after.batches) && !this.overMs.has(id)) this.overMs.set(id, this.#nowMs());
  }

  #claimed(owner: string, before: Loop, after: Loop): void {
    const step = `step ${before.step} of ${owner}`;
    if (this.#claims.has(step) && this.#claims.get(step) !== after.claimedBy)
      this.violations.push(`${step} was taken twice`);
    this.#claims.set(step, after.claimedBy);
    const { dueMs } = before;
    if (dueMs === undefined) this.violations.push(`${step} was taken while the loop was at rest`);
    else this.longestLateMs = Math.max(this.longestLateMs, this.#nowMs() - dueMs);
    const isAtWork = after.dueMs !== undefined && after.dueMs < this.#nowMs() + WATCHED_MS;
    if (isAtWork && (this.#watchedUntilMs.get(owner) ?? 0) < this.#nowMs() + WATCHED_MS)
      this.violations.push(`${step} was taken, and nobody looks after the loop`);
    this.#count(before, after);
  }

  /** Batches of the highest priority are served in turn: none is passed over for longer than the others take together. */
  #count(before: Loop, after: Loop): void {
    // Calls dialed outside of steps may have used this step's room.
    if (after.freeMs === before.freeMs) return;
    const nowMs = this.#nowMs();
    const eligible = Object.entries(before.batches).filter(([, { paused, startMs }]) => !paused && startMs < nowMs);
    const first = PRIORITIES.find((priority) => eligible.some(([, entry]) => priorityOf(entry) === priority));
    const waiting = waitingByPriority(before);
    // More urgent single calls go before all of them.
    if (PRIORITIES.some((priority) => waiting[priority] > 0 && first && isMoreUrgent(priority, first))) return;
    const active = eligible.filter(([, entry]) => priorityOf(entry) === first);
    const places = Math.max(1, Math.floor(callsOfStep(before.currentCallsPerSecond) * SHARE_OF_BATCHES));
    const most = Math.ceil(active.length / places) + MOST_UNSERVED;
    for (const [id, { from }] of active) {
      const isServed = after.batches[id]?.from !== from;
      const unserved = isServed ? 0 : (this.#unserved.get(id) ?? 0) + 1;
      this.#unserved.set(id, unserved);
      if (unserved === most) this.passedOver.push(`batch ${id} was passed over by ${most} steps in a row`);
    }
  }

  /** More requests in a while than the agreed pace allows. */
  tooManyRequests({ callsPerSecond }: { callsPerSecond: number }): string[] {
    const byAccount = Map.groupBy(this.requests, ({ account }) => account);
    return [...byAccount].flatMap(([account, requests]) => {
      const one = requests.find(
        ({ atMs }, index) => atMs - (requests[index - callsPerSecond]?.atMs ?? Number.NEGATIVE_INFINITY) < WHILE_MS,
      );
      return one === undefined ? [] : [`more than ${callsPerSecond} calls of ${account} in ${WHILE_MS} ms`];
    });
  }
}

function priorityOf(entry: BatchEntry) {
  return priorityAt(entry, entry.from);
}

/**
 * The first step that takes from a batch leaves it where it is; what was dialed outside of a step may fill most of two;
 * and the thirds of single calls do not end where steps do.
 */
const MOST_UNSERVED = 4;
const SHARE_OF_BATCHES = 2 / 3;

/** A running loop must have a watchdog that arrives at least so much later. */
const WATCHED_MS = 10_000;

/** How far ahead of the true time whoever revives a loop may be, and more. */
const LARGEST_SKEW_MS = 3_000;

/** In any such while there are no more requests than the carrier takes in a second; the rest is for the way to it. */
const WHILE_MS = 890;

/** How long after a batch left its loop a step may still dial calls it took. */
export function stillDialedMs({ clockSkewSeconds, slowRequest }: Faults): number {
  // The step was claimed before, and its parts run by other clocks. Behind the last look at the clock there are the
  // intent's way to the table and back, and the request's to the carrier.
  const slowMs = slowRequest > 0 ? 3 * SLOWEST_MS : 0;
  return 2 * stepIntervalMs(1) + 4_000 * clockSkewSeconds + slowMs;
}
