import { callIdsOf } from "@promptcall/core/call/batch";
import { mayDialFromMs } from "@promptcall/core/call/dial-time";
import type { BatchEntry, Loop } from "@promptcall/core/dialing/loop";
import { batchesOfStep, isDialed, type QueuedCalls, usefulCalls } from "@promptcall/core/dialing/step";
import type { WaitingCall } from "@promptcall/core/dialing/waiting-calls";
import { prioritiesOf } from "@promptcall/core/dialing/waiting-counts";
import { expiryMsOf } from "../dialing/dial-call.ts";
import type { FoundCalls } from "../dialing/dial-group.ts";
import type { DialerPorts } from "../dialing/dialer-ports.ts";
import { MalformedRecordError } from "../errors.ts";
import type { BatchRecord } from "../ports/batches.ts";
import type { WaitingCallItem } from "../ports/waiting-calls.ts";

/** Everything a step needs for its decision. */
export interface StepRead {
  readonly waiting: readonly WaitingCall[];
  readonly isAllListed: boolean;
  readonly queued: ReadonlyMap<string, QueuedCalls>;
  readonly found: FoundCalls;
  /** Sealed credentials by the call or batch they are bound to. */
  readonly sealed: ReadonlyMap<string, string>;
}

/** Extra items to read: some of those listed may be dialed already, or over. */
const LOOK_FURTHER = 10;

export async function readStep(
  { owner, loop, atMs }: { owner: string; loop: Loop; atMs: number },
  ports: DialerPorts,
): Promise<StepRead> {
  const useful = usefulCalls(loop);
  const limit = 2 * useful + LOOK_FURTHER;
  const [lists, ...batches] = await Promise.all([
    Promise.all(prioritiesOf(loop).map((priority) => ports.waiting.list(owner, { limit, priority }))),
    ...batchesOfStep(loop, atMs).map(([batchId, usefulOfBatch]) =>
      readBatch({ batchId, entry: loop.batches[batchId] as BatchEntry, useful: usefulOfBatch, atMs }, ports),
    ),
  ]);
  const items = lists.flat();
  const [singles, batchesOfItems] = await Promise.all([
    findAll(
      items.map(({ tid }) => tid),
      ports,
    ),
    batchesOf(items, ports),
  ]);
  const known = { found: singles, batches: batchesOfItems, loop, atMs };
  return {
    waiting: await Promise.all(items.map((item) => waitingCall(item, { ...known, ports }))),
    isAllListed: lists.every(({ length }) => length < limit),
    queued: new Map(batches.map(({ batchId, queued }) => [batchId, queued])),
    found: new Map([...singles, ...batches.flatMap(({ found }) => [...found])]),
    sealed: new Map([
      ...items.map(({ tid, sealedCredential }) => [tid, sealedCredential] as const),
      ...[...batchesOfItems].flatMap(([id, { sealedCredential: sealed }]) => (sealed ? [[id, sealed] as const] : [])),
      ...batches.flatMap(({ batchId, sealed }) => (sealed === undefined ? [] : [[batchId, sealed] as const])),
    ]),
  };
}

/** The calls that can be read. */
async function findAll(tids: readonly string[], { calls }: DialerPorts): Promise<FoundCalls> {
  if (tids.length === 0) return new Map();
  try {
    // A claim is written over the version that was read: what is behind is dialed by nobody.
    return await calls.find(tids, { mayBeBehind: true });
  } catch (error) {
    // A single unreadable call must not stop the loop.
    if (error instanceof MalformedRecordError) return new Map();
    throw error;
  }
}

/** Those of which calls wait by themselves. */
async function batchesOf(
  items: readonly WaitingCallItem[],
  { batches }: DialerPorts,
): Promise<ReadonlyMap<string, BatchRecord>> {
  const ids = [...new Set(items.flatMap(({ batch }) => (batch === undefined ? [] : [batch.id])))];
  const found = await Promise.all(ids.map(async (id) => [id, await batches.find(id)] as const));
  return new Map(found.flatMap(([id, batch]) => (batch === undefined ? [] : [[id, batch] as const])));
}

/** After this, a waiting item without a call is abandoned: the request died before the call was written. */
const ABANDONED_AFTER_MS = 60_000;

async function waitingCall(
  { tid, notBeforeMs, batch, priority, writtenBy }: WaitingCallItem,
  given: {
    found: FoundCalls;
    batches: ReadonlyMap<string, BatchRecord>;
    loop: Loop;
    atMs: number;
    ports: DialerPorts;
  },
): Promise<WaitingCall> {
  const { found, batches, loop, atMs, ports } = given;
  const known = found.get(tid);
  const item = { tid, notBeforeMs, ...(priority && { priority }), ...(writtenBy && { writtenBy }) };
  if (known !== undefined) {
    // What is over ends by its sweep. What is paused is found by its batch when that goes on.
    const isLeft = batch !== undefined && (batches.get(batch.id)?.over !== undefined || loop.batches[batch.id]?.paused);
    const state = known.stored.call.phase === "queued" && !isLeft ? "queued" : "over";
    const { spec, stored } = known;
    const fromMs =
      state === "queued" && notBeforeMs <= atMs ? mayDialFromMs({ spec, call: stored.call }, atMs) : notBeforeMs;
    return { ...item, fromMs, ...(batch && { batch }), expiryMs: expiryMsOf(spec), state };
  }
  const isAbandoned =
    notBeforeMs < ports.clock.now().getTime() - ABANDONED_AFTER_MS &&
    (await ports.calls.spec(tid).then(
      (spec) => spec === undefined,
      () => false,
    ));
  return { ...item, expiryMs: Number.POSITIVE_INFINITY, state: isAbandoned ? "over" : "unknown" };
}

/** The most calls of a batch that a step reads. */
const MOST_READ = 500;

/** The most of them that a step has wait by themselves. */
const MOST_HELD = 50;

const NONE: FoundCalls = new Map();

/** Reads the batch's credential and its first queued calls, starting at the first call that the last step took. */
interface BatchToRead {
  readonly batchId: string;
  readonly entry: BatchEntry;
  readonly useful: number;
  readonly atMs: number;
}

async function readBatch(given: BatchToRead, ports: DialerPorts) {
  const { batchId, entry } = given;
  const [record, read] = await Promise.all([ports.batches.find(batchId), readQueued(given, ports)]);
  const { over, sealedCredential: sealed } = record ?? {};
  const { queued, found } = over === undefined ? read : { queued: { indices: [], readTo: entry.count }, found: NONE };
  return { batchId, sealed, queued, found };
}

async function readQueued(
  { batchId, entry, useful, atMs }: BatchToRead,
  ports: DialerPorts,
): Promise<{ queued: QueuedCalls; found: FoundCalls }> {
  const found: (readonly [string, FoundCalls extends ReadonlyMap<string, infer Call> ? Call : never])[] = [];
  const indices: number[] = [];
  const held: WaitingCall[] = [];
  let unknown: number | undefined;
  let readTo = entry.from;
  // Those that the last step took, and as many as are useful. The more of them are over, the more are read at once.
  const end = Math.min(entry.count, entry.from + MOST_READ);
  for (let most = 2 * useful - 1; indices.length < useful && held.length < MOST_HELD && readTo < end; ) {
    const to = Math.min(readTo + most, entry.count);
    most *= 2;
    const tids = callIdsOf({ batchId, from: readTo, to });
    // As in `findAll`, what is behind is dialed by nobody.
    const some = await ports.calls.findQueued(tids);
    for (const [offset, tid] of tids.entries()) {
      const call = some.get(tid);
      if (call === undefined) unknown ??= readTo + offset;
      if (call === undefined || call === "not_queued") continue;
      const index = readTo + offset;
      const fromMs = isDialed(entry, atMs) ? mayDialFromMs({ spec: call.spec, call: call.stored.call }, atMs) : atMs;
      if (fromMs > atMs) {
        const { priority } = call.spec;
        const item = { tid, notBeforeMs: fromMs, batch: { id: batchId, index }, ...(priority && { priority }) };
        held.push({ ...item, expiryMs: expiryMsOf(call.spec), state: "queued" });
        continue;
      }
      found.push([tid, call]);
      indices.push(index);
    }
    readTo = to;
  }
  return { queued: { indices, readTo, unknown, held }, found: new Map(found) };
}
