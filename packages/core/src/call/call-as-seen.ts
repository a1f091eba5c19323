import type { CallInBatchSchema } from "../contracts/answers.ts";
import { CURRENCY } from "../contracts/currency.ts";
import type { RecordOf } from "../contracts/records/fields.ts";
import type { CallSpec } from "../contracts/records/spec.ts";
import { type Call, type Completed, outcomeFields, outcomeOf, SAID } from "./call.ts";
import { ERASED } from "./erasure.ts";

/** A call without what became of its result. */
export type CallResult = RecordOf<typeof CallInBatchSchema>;

/** A call as its customer sees it: the number in full, and of digits only whether they matched. */
export function callAsSeen({ spec, call }: { spec: CallSpec; call: Call }): CallResult {
  const outcome = outcomeOf(call);
  const line = "line" in call ? call.line : {};
  return {
    tid: spec.tid,
    to: spec.to,
    ...(spec.from !== ERASED && { from: spec.from }),
    ...(spec.reference !== undefined && { reference: spec.reference }),
    ...(spec.batch !== undefined && { batch_id: spec.batch.id, index: spec.batch.index }),
    state: call.phase,
    ...(outcome !== undefined && outcomeFields(outcome)),
    attempts: attemptsOf(call),
    dials: dialsOf(call),
    uuid: line.uuid,
    accepted_at: call.acceptedAt,
    expires_at: spec.expiresAt,
    dialed_at: "claim" in call ? call.claim?.startedAt : undefined,
    ringing_at: line.ringingAt,
    answered_at: line.answeredAt,
    ended_at: line.endedAt,
    completed_at: call.phase === "completed" ? call.completedAt : undefined,
    duration_seconds: line.durationSeconds,
    ...(line.price !== undefined && { price: line.price, currency: CURRENCY }),
  };
}

function attemptsOf(call: Call): CallResult["attempts"] {
  if (!("attempts" in call)) return [];
  const { attempts, attemptTimes } = call;
  return Object.entries(attempts).flatMap(([attempt, matched]) =>
    attempt === SAID ? [] : [{ attempt: Number(attempt), matched, at: attemptTimes?.[attempt] }],
  );
}

/** What the carrier was asked for and did not take reached nobody. */
function dialsOf(call: Call): CallResult["dials"] {
  if (!("claim" in call) || call.claim === undefined) return [];
  const { uuid, ending, endedAt } = call.line;
  return [{ at: call.claim.startedAt, uuid, ended_as: ending ?? (endedAt === undefined ? undefined : "completed") }];
}

/** A call of what was known when it was completed: whatever comes later, each delivery of its result says the same. */
export function asCompleted(call: Completed): Completed {
  const { uuid, durationSeconds, price } = call.summary;
  const { line, ...answers } = call.asCompleted ?? call;
  const { uuid: _uuid, durationSeconds: _duration, price: _price, ...told } = line;
  const known = {
    ...told,
    ...(uuid !== undefined && { uuid }),
    ...(durationSeconds !== undefined && { durationSeconds }),
    ...(price !== undefined && { price }),
  };
  return { ...call, ...answers, line: known };
}
