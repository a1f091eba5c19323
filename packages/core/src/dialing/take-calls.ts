import { isMoreUrgent, type Priority } from "../contracts/priority.ts";
import type { Loop } from "./loop.ts";
import { priorityAt, sharesWithBatch } from "./priorities.ts";

/** At most so many batch calls are dialed between two single calls. */
const BATCH_CALLS_BETWEEN_SINGLES = 2;

interface ReadyCall {
  readonly tid: string;
  readonly priority: Priority;
}

/**
 * The more urgent call goes first. Beside batches every third call is a single one, if one waits. Single calls also get what
 * batches leave.
 */
export function takeCalls(given: {
  loop: Loop;
  room: number;
  /** In the order of their priorities. */
  ready: readonly ReadyCall[];
  queued: ReadonlyMap<string, { readonly indices: readonly number[] }>;
}) {
  const { loop, room } = given;
  const singles: string[] = [];
  const batches = new Map<string, number[]>();
  let { turn, sinceSingle } = loop;
  const queue = roundRobinFrom([...given.queued.keys()].sort(), turn);
  const left = new Map([...given.queued].map(([id, { indices }]) => [id, [...indices]]));
  const ready = [...given.ready];
  for (let taken = 0; taken < room; taken += 1) {
    const next = nextOf(queue, { loop, left });
    const [single] = ready;
    if (single !== undefined && isForSingle(single, { next, sinceSingle })) {
      singles.push(single.tid);
      ready.shift();
      sinceSingle = 0;
    } else if (next !== undefined) {
      const { id, index } = next;
      batches.set(id, [...(batches.get(id) ?? []), index]);
      left.get(id)?.shift();
      // Those that it went before keep their turns.
      queue.push(...queue.splice(queue.indexOf(id), 1));
      turn = id;
      sinceSingle = Math.min(sinceSingle + 1, BATCH_CALLS_BETWEEN_SINGLES);
    } else break;
  }
  return { singles, batches, turn, sinceSingle };
}

interface NextOfBatch {
  readonly id: string;
  readonly index: number;
  readonly priority: Priority;
}

/** Of the batches with the most urgent next calls, that whose turn it is. */
function nextOf(
  queue: readonly string[],
  { loop, left }: { loop: Loop; left: ReadonlyMap<string, readonly number[]> },
): NextOfBatch | undefined {
  let first: NextOfBatch | undefined;
  for (const id of queue) {
    const index = left.get(id)?.[0];
    if (index === undefined) continue;
    const priority = priorityAt(loop.batches[id] ?? {}, index);
    if (first === undefined || isMoreUrgent(priority, first.priority)) first = { id, index, priority };
  }
  return first;
}

function isForSingle(
  { priority }: ReadyCall,
  { next, sinceSingle }: { next: NextOfBatch | undefined; sinceSingle: number },
): boolean {
  if (next === undefined || isMoreUrgent(priority, next.priority)) return true;
  return sharesWithBatch(priority, next.priority) && sinceSingle >= BATCH_CALLS_BETWEEN_SINGLES;
}

/** The ids in order, starting after the one that was served last. */
function roundRobinFrom(ids: readonly string[], turn: string): string[] {
  return [...ids.filter((id) => id > turn), ...ids.filter((id) => id <= turn)];
}
