import { callIdsOf } from "@promptcall/core/call/batch";
import type { Call } from "@promptcall/core/call/call";
import { type CallResult, callAsSeen } from "@promptcall/core/call/call-as-seen";
import { outcomeOfAttempt } from "@promptcall/core/callbacks/callback";
import type { CallSchema } from "@promptcall/core/contracts/answers";
import { isAwaited } from "@promptcall/core/contracts/awaited";
import type { BatchSchema } from "@promptcall/core/contracts/batch-answers";
import { shownAddress } from "@promptcall/core/contracts/receiver";
import type { RecordOf } from "@promptcall/core/contracts/records/fields";
import type { CallSpec } from "@promptcall/core/contracts/records/spec";
import { estimateOfBatch } from "@promptcall/core/dialing/estimate";
import type { BatchEntry, Loop } from "@promptcall/core/dialing/loop";
import { recovered } from "@promptcall/core/dialing/rate";
import { type CapturedDigitsPorts, capturedDigits } from "../../calls/captured-digits.ts";
import { isPaused } from "../../dialing/pause.ts";
import type { Batches, BatchRecord, Lists } from "../../ports/batches.ts";
import type { CallStore } from "../../ports/call-store.ts";
import type { CallbackRecord, CallbackStore } from "../../ports/callback-store.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Loops } from "../../ports/loops.ts";
import { type Access, isFor } from "../proof/access.ts";

type CallStatus = RecordOf<typeof CallSchema>;
type BatchStatus = RecordOf<typeof BatchSchema>;

export interface StatusPorts extends CapturedDigitsPorts {
  readonly calls: Pick<CallStore, "find">;
  readonly batches: Batches;
  readonly deliveries: Pick<CallbackStore, "read">;
  readonly loops: Pick<Loops, "read">;
  readonly lists: Lists;
  readonly clock: Clock;
}

/**
 * The status of a call as its customer sees it: the number in full, and of digits only whether they matched. What was
 * captured is for the credential of its application, and for nobody who has the address alone.
 */
export async function callStatus(
  { tid, access }: { tid: string; access: Access },
  ports: StatusPorts,
): Promise<CallStatus | undefined> {
  const { calls, deliveries } = ports;
  const [found, record] = await Promise.all([calls.find([tid]), deliveries.read(tid)]);
  const known = found.get(tid);
  if (known === undefined || !isFor(access, known.spec)) return undefined;
  const { spec, stored } = known;
  const { call } = stored;
  const isTold = access.proven !== undefined && call.phase === "completed";
  const captured = isTold ? await capturedDigits({ spec, call }, ports) : undefined;
  return { ...callInList({ ...known, record }), ...(captured && { digits: captured.digits }) };
}

/** The same of one call in a list. */
export function callInList(known: {
  spec: CallSpec;
  stored: { readonly call: Call };
  record: CallbackRecord | undefined;
}): CallStatus {
  const { spec, stored, record = { attempts: [], state: "pending" } } = known;
  return { ...callAsSeen({ spec, call: stored.call }), callback: callbackOf(spec, record) };
}

function callbackOf(spec: CallSpec, { state, attempts }: CallbackRecord): CallStatus["callback"] {
  if (!isAwaited(spec)) return { state: "none", attempts: [] };
  const { url, method } = spec.callback;
  return {
    url: shownAddress(url),
    method,
    receiver: new URL(url).hostname,
    state,
    attempts: attempts.map((made) => {
      const { attempt, at, answer, durationMs } = made;
      const outcome = outcomeOfAttempt(made);
      return {
        attempt,
        at,
        outcome,
        answer: typeof answer === "number" ? answer : outcome,
        duration_ms: durationMs,
      };
    }),
    next_attempt_at: state === "pending" ? attempts.at(-1)?.nextAttemptAt : undefined,
  };
}

/** Added for the last call, which still has to be answered and to end. */
const USUAL_CALL_MS = 60_000;

/**
 * Counts a batch's calls by state and status, from its loop and the list of completed calls: reading 10,000 calls would
 * cost too much. A call that was dialed and is not completed is `live`.
 */
export async function batchStatus(batch: BatchRecord, { lists, loops, clock }: StatusPorts): Promise<BatchStatus> {
  const { id: batchId, count, owner } = batch;
  const [finished, known] = await Promise.all([
    lists.finishedOf(batchId),
    owner === undefined ? undefined : loops.read(owner),
  ]);
  const loop = known && recovered(known, clock.now().getTime());
  const entry = loop?.batches[batchId];
  const { completed, statuses, reasons } = finished;
  const queued = Math.min(entry === undefined ? 0 : count - entry.from, count - completed);
  const states = { queued, live: count - completed - queued, completed };
  const state = stateOf({ batch, states, entry });
  return {
    batch_id: batchId,
    state,
    count,
    accepted_at: batch.acceptedAt,
    ...timesOf({ batch, state, loop }, clock),
    ...(completed === count && finished.lastAt !== undefined && { completed_at: finished.lastAt }),
    states,
    statuses,
    reasons,
    ...(loop !== undefined && {
      calls_per_second: loop.callsPerSecond,
      current_calls_per_second: loop.currentCallsPerSecond,
    }),
  };
}

type BatchState = BatchStatus["state"];

function stateOf(given: {
  batch: BatchRecord;
  states: { readonly queued: number; readonly completed: number };
  entry: BatchEntry | undefined;
}): BatchState {
  const { batch, states, entry } = given;
  if (batch.over === "cancelled") return "cancelled";
  if (states.completed === batch.count) return "completed";
  if (isPaused({ batch, entry })) return "paused";
  return states.queued === batch.count ? "waiting" : "running";
}

/** A paused batch has no times: nobody knows when it goes on. */
function timesOf(given: { batch: BatchRecord; state: BatchState; loop: Loop | undefined }, clock: Clock) {
  const { batch, state, loop } = given;
  if (state === "paused") return {};
  const nowMs = clock.now().getTime();
  const entry = loop?.batches[batch.id];
  const lastMs =
    loop === undefined || entry === undefined
      ? Date.parse(batch.lastDialAt)
      : estimateOfBatch(batch.id, { loop, nowMs });
  const lastDialAt = new Date(lastMs).toISOString();
  const isOver = state === "completed" || state === "cancelled";
  const endMs = Math.max(lastMs, nowMs) + USUAL_CALL_MS;
  return {
    first_dial_at: batch.firstDialAt,
    last_dial_at: lastDialAt,
    ...(!isOver && { estimated_end_at: new Date(endMs).toISOString() }),
  };
}

/** The calls of a batch from one index to another, in the order of the request. */
export async function batchResults(
  { batch, from, to }: { batch: BatchRecord; from: number; to: number },
  { calls }: Pick<StatusPorts, "calls">,
): Promise<readonly CallResult[]> {
  const tids = callIdsOf({ batchId: batch.id, from, to });
  const found = await calls.find(tids);
  return tids.flatMap((tid) => {
    const known = found.get(tid);
    return known === undefined ? [] : [callAsSeen({ spec: known.spec, call: known.stored.call })];
  });
}
