import type { CallInBatchSchema } from "../contracts/answers.ts";
import { CURRENCY } from "../contracts/currency.ts";
import type { RecordOf } from "../contracts/records/fields.ts";
import type { CallSpec } from "../contracts/records/spec.ts";
import { type Call, type Completed, type EarlierDial, type Leg, outcomeFields, outcomeOf, SAID } from "./call.ts";
import { ERASED } from "./erasure.ts";
import { billOf, withoutBill } from "./facts.ts";
import { lastDialOf } from "./redial.ts";

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
    attempts: "attempts" in call ? attemptsOf(call) : [],
    dials: dialsOf(call),
    next_dial_at: lastDialOf(call)?.againFrom,
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
    rate: line.rate,
    network: line.network,
  };
}

function attemptsOf({ attempts, attemptTimes }: Pick<EarlierDial, "attempts" | "attemptTimes">) {
  return Object.entries(attempts).flatMap(([attempt, matched]) =>
    attempt === SAID ? [] : [{ attempt: Number(attempt), matched, at: attemptTimes?.[attempt] }],
  );
}

/** What the carrier was asked for and did not take reached nobody. */
function dialsOf(call: Call): CallResult["dials"] {
  const earlier = (call.earlierDials ?? []).flatMap((dial) =>
    dialOf(dial).map((seen) => ({
      ...seen,
      reason: outcomeFields(dial.outcome).reason,
      attempts: attemptsOf(dial),
      ...costOf(dial.line),
    })),
  );
  if (!("line" in call)) return earlier;
  return [
    ...earlier,
    ...dialOf(call).map((seen) => (call.retry === undefined ? seen : { ...seen, ...costOf(call.line) })),
  ];
}

function dialOf({ claim, line }: { readonly claim?: EarlierDial["claim"]; readonly line: Leg }): CallResult["dials"] {
  if (claim === undefined) return [];
  const { uuid, ending, endedAt } = line;
  return [{ at: claim.startedAt, uuid, ended_as: ending ?? (endedAt === undefined ? undefined : "completed") }];
}

function costOf({ durationSeconds, price, rate, network }: Leg) {
  return { duration_seconds: durationSeconds, price, rate, network };
}

/** A call of what was known when it was completed: whatever comes later, each delivery of its result says the same. */
export function asCompleted(call: Completed): Completed {
  const { line, ...answers } = call.asCompleted ?? call;
  return { ...call, ...answers, line: { ...withoutBill(line), ...billOf(call.summary) } };
}
