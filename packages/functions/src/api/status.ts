import { callIdsOf } from "@promptcall/core/batch";
import { type Call, outcomeFields, outcomeOf } from "@promptcall/core/call";
import type { CallSpec } from "@promptcall/core/spec";
import type { Batches, BatchRecord, CallbackRecord, CallbackStore, CallStore, Clock } from "../ports.ts";

export interface StatusPorts {
  readonly calls: Pick<CallStore, "find">;
  readonly batches: Batches;
  readonly deliveries: Pick<CallbackStore, "read">;
  readonly clock: Clock;
}

/** How a call stands, for whoever asked for it: the number as it was written, and of the digits whether they matched. */
export async function callStatus(tid: string, { calls, deliveries }: StatusPorts) {
  const [found, record] = await Promise.all([calls.find([tid]), deliveries.read(tid)]);
  const known = found.get(tid);
  return known && { ...statusOf({ spec: known.spec, call: known.stored.call }), callback: callbackOf(record) };
}

function statusOf({ spec, call }: { spec: CallSpec; call: Call }) {
  const outcome = outcomeOf(call);
  const line = "line" in call ? call.line : {};
  return {
    tid: spec.tid,
    to: spec.to,
    ...(spec.reference !== undefined && { reference: spec.reference }),
    ...(spec.batch !== undefined && { batch_id: spec.batch.id, index: spec.batch.index }),
    state: call.phase,
    ...(outcome !== undefined && outcomeFields(outcome)),
    attempts: Object.entries("attempts" in call ? call.attempts : {}).map(([attempt, matched]) => ({
      attempt: Number(attempt),
      matched,
    })),
    uuid: line.uuid,
    accepted_at: call.acceptedAt,
    expires_at: spec.expiresAt,
    dialed_at: "claim" in call ? call.claim?.startedAt : undefined,
    ringing_at: line.ringingAt,
    answered_at: line.answeredAt,
    ended_at: line.endedAt,
    completed_at: call.phase === "completed" ? call.completedAt : undefined,
    duration_seconds: line.durationSeconds,
    price: line.price,
  };
}

function callbackOf({ state, attempts }: CallbackRecord) {
  return {
    state,
    attempts: attempts.map(({ attempt, at, answer, durationMs }) => ({ attempt, at, answer, duration_ms: durationMs })),
  };
}

/** A call that is dialed last still has to be answered, and to end. */
const USUAL_CALL_MS = 60_000;

/** How many calls of a batch there are in each state, and with each status. */
export async function batchStatus(batch: BatchRecord, { calls, clock }: StatusPorts) {
  const { id: batchId, count } = batch;
  const found = await calls.find(callIdsOf({ batchId, from: 0, to: count }));
  const states: Record<string, number> = {};
  const statuses: Record<string, number> = {};
  const reasons: Record<string, number> = {};
  const add = (counts: Record<string, number>, name: string) => {
    counts[name] = (counts[name] ?? 0) + 1;
  };
  for (const { stored } of found.values()) {
    add(states, stored.call.phase);
    if (stored.call.phase !== "completed") continue;
    const { status, reason } = { reason: undefined, ...outcomeFields(stored.call.outcome) };
    add(statuses, status);
    if (reason !== undefined) add(reasons, reason);
  }
  const isOver = states.completed === count;
  const endMs = Math.max(Date.parse(batch.lastDialAt), clock.now().getTime()) + USUAL_CALL_MS;
  return {
    batch_id: batchId,
    count,
    accepted_at: batch.acceptedAt,
    first_dial_at: batch.firstDialAt,
    last_dial_at: batch.lastDialAt,
    states,
    statuses,
    reasons,
    ...(!isOver && { estimated_end_at: new Date(endMs).toISOString() }),
  };
}

/** The calls at these places of a batch, which are in the order of the request. */
export async function batchResults(
  { batch, from, to }: { batch: BatchRecord; from: number; to: number },
  { calls }: Pick<StatusPorts, "calls">,
): Promise<readonly CallResult[]> {
  const tids = callIdsOf({ batchId: batch.id, from, to });
  const found = await calls.find(tids);
  return tids.flatMap((tid) => {
    const known = found.get(tid);
    return known === undefined ? [] : [statusOf({ spec: known.spec, call: known.stored.call })];
  });
}

export type CallResult = ReturnType<typeof statusOf>;
