import type { Loop } from "./loop.ts";

/** At most so many batch calls are dialed between two single calls. */
const BATCH_CALLS_BETWEEN_SINGLES = 2;

/** Beside batches every third call is a single one, if one waits. Single calls also get what batches leave. */
export function takeCalls(given: {
  loop: Loop;
  room: number;
  ready: readonly string[];
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
    const id = queue.find((one) => (left.get(one)?.length ?? 0) > 0);
    const isForSingle = ready.length > 0 && (id === undefined || sinceSingle >= BATCH_CALLS_BETWEEN_SINGLES);
    if (isForSingle) {
      singles.push(...ready.splice(0, 1));
      sinceSingle = 0;
    } else if (id !== undefined) {
      batches.set(id, [...(batches.get(id) ?? []), ...(left.get(id)?.splice(0, 1) ?? [])]);
      queue.push(...queue.splice(0, queue.indexOf(id) + 1));
      turn = id;
      sinceSingle = Math.min(sinceSingle + 1, BATCH_CALLS_BETWEEN_SINGLES);
    } else break;
  }
  return { singles, batches, turn, sinceSingle };
}

/** The ids in order, starting after the one that was served last. */
function roundRobinFrom(ids: readonly string[], turn: string): string[] {
  return [...ids.filter((id) => id > turn), ...ids.filter((id) => id <= turn)];
}
