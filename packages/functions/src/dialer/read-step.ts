import { callIdsOf } from "@promptcall/core/batch";
import type { BatchEntry, Loop } from "@promptcall/core/dialing/loop";
import { batchesOfStep, type QueuedCalls, usefulCalls, type WaitingCall } from "@promptcall/core/dialing/step";
import { MalformedRecordError } from "../errors.ts";
import type { BatchEnd } from "../ports/batches.ts";
import type { WaitingItem } from "../ports/waiting.ts";
import { expiryMsOf } from "./dial-call.ts";
import type { Found } from "./dial-together.ts";
import type { DialerPorts } from "./dialer-ports.ts";

/** All that a step decides by. */
export interface StepRead {
  readonly waiting: readonly WaitingCall[];
  readonly isAllListed: boolean;
  readonly queued: ReadonlyMap<string, QueuedCalls>;
  readonly found: Found;
  /** Credentials by what they are bound to: a call, or a batch. */
  readonly sealed: ReadonlyMap<string, string>;
  /** Batches that are over, of which no more is taken. */
  readonly over: ReadonlyMap<string, BatchEnd>;
}

/** Beside those that can be dialed there may be some that were dialed last, or that are over. */
const LOOK_FURTHER = 10;

export async function readStep(
  { owner, loop, atMs }: { owner: string; loop: Loop; atMs: number },
  ports: DialerPorts,
): Promise<StepRead> {
  const useful = usefulCalls(loop);
  const limit = 2 * useful + LOOK_FURTHER;
  const [items, ...batches] = await Promise.all([
    ports.waiting.list(owner, limit),
    ...batchesOfStep(loop, atMs).map((batchId) =>
      readBatch({ batchId, entry: loop.batches[batchId] as BatchEntry, useful }, ports),
    ),
  ]);
  const singles = await findAll(
    items.map(({ tid }) => tid),
    ports,
  );
  return {
    waiting: await Promise.all(items.map((item) => waitingCall(item, { found: singles, ports }))),
    isAllListed: items.length < limit,
    queued: new Map(batches.map(({ batchId, queued }) => [batchId, queued])),
    found: new Map([...singles, ...batches.flatMap(({ found }) => [...found])]),
    over: new Map(batches.flatMap(({ batchId, over }) => (over === undefined ? [] : [[batchId, over] as const]))),
    sealed: new Map([
      ...items.map(({ tid, sealedCredential }) => [tid, sealedCredential] as const),
      ...batches.flatMap(({ batchId, sealed }) => (sealed === undefined ? [] : [[batchId, sealed] as const])),
    ]),
  };
}

/** Those that can be read. */
async function findAll(tids: readonly string[], { calls }: DialerPorts): Promise<Found> {
  if (tids.length === 0) return new Map();
  try {
    return await calls.find(tids);
  } catch (error) {
    // One alone that cannot be read must not stop the loop.
    if (error instanceof MalformedRecordError) return new Map();
    throw error;
  }
}

/** A request writes its call before it lets it wait; one that died in between has left an item without a call. */
const ABANDONED_AFTER_MS = 60_000;

async function waitingCall(
  { tid, notBeforeMs }: WaitingItem,
  { found, ports }: { found: Found; ports: DialerPorts },
): Promise<WaitingCall> {
  const known = found.get(tid);
  if (known !== undefined) {
    const state = known.stored.call.phase === "queued" ? "queued" : "over";
    return { tid, notBeforeMs, expiryMs: expiryMsOf(known.spec), state };
  }
  const isAbandoned =
    notBeforeMs < ports.clock.now().getTime() - ABANDONED_AFTER_MS &&
    (await ports.calls.spec(tid).then(
      (spec) => spec === undefined,
      () => false,
    ));
  return { tid, notBeforeMs, expiryMs: Number.POSITIVE_INFINITY, state: isAbandoned ? "over" : "unknown" };
}

/** How many calls of a batch a step looks at, where most of them are over. */
const MOST_READ = 500;

const NONE: Found = new Map();

/** The batch's credential, and its first queued calls: from the first call on that the last step took. */
async function readBatch(given: { batchId: string; entry: BatchEntry; useful: number }, ports: DialerPorts) {
  const { batchId, entry } = given;
  const [record, read] = await Promise.all([ports.batches.find(batchId), readQueued(given, ports)]);
  const { over, sealedCredential: sealed } = record ?? {};
  const { queued, found } = over === undefined ? read : { queued: { indices: [], readTo: entry.count }, found: NONE };
  return { batchId, over, sealed, queued, found };
}

async function readQueued(
  { batchId, entry, useful }: { batchId: string; entry: BatchEntry; useful: number },
  ports: DialerPorts,
): Promise<{ queued: QueuedCalls; found: Found }> {
  const found: (readonly [string, Found extends ReadonlyMap<string, infer Call> ? Call : never])[] = [];
  const indices: number[] = [];
  let unknown: number | undefined;
  let readTo = entry.from;
  while (indices.length < useful && readTo < Math.min(entry.count, entry.from + MOST_READ)) {
    const to = Math.min(readTo + 2 * useful, entry.count);
    const tids = callIdsOf({ batchId, from: readTo, to });
    const some = await findAll(tids, ports);
    for (const [place, tid] of tids.entries()) {
      const call = some.get(tid);
      if (call === undefined) unknown ??= readTo + place;
      if (call?.stored.call.phase !== "queued") continue;
      found.push([tid, call]);
      indices.push(readTo + place);
    }
    readTo = to;
  }
  return { queued: { indices, readTo, unknown }, found: new Map(found) };
}
