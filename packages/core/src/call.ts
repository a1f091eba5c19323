import type { Reason } from "./reasons.ts";
import type { RecordOf } from "./records/fields.ts";
import type { CallSchema } from "./records/state.ts";

/**
 * A call is a record of facts (what we did, what the carrier and the person reported) and a phase that follows from
 * them. Facts are joined, never overwritten, so the order in which they arrive does not matter.
 */
export type Call = RecordOf<typeof CallSchema>;
export type Completed = Extract<Call, { phase: "completed" }>;
/** What the carrier has reported so far. */
export type Line = Completed["line"];
export type Outcome = Completed["outcome"];

type Ended = Extract<Call, { phase: "ended" }>;

/** `matched` as soon as one attempt was right, `exhausted` when the last one allowed was not; else not in yet. */
export function verdictOf(call: Call): "matched" | "exhausted" | undefined {
  if (!("attempts" in call) || isUnanswered(call.line) || isWithoutTalk(call.line)) return undefined;
  if (Object.values(call.attempts).includes(true)) return "matched";
  // The last attempt is only ever offered after the ones before it, so its report alone is enough.
  if (call.attempts[call.attemptsAllowed] === false) return "exhausted";
  return undefined;
}

/**
 * The outcome, if it is settled: the call is completed, its line is down and the verdict is in, or nobody has picked up,
 * so that none can be on its way.
 */
export function outcomeOf(call: Call): Outcome | undefined {
  if (call.phase === "completed") return call.outcome;
  if ("line" in call && isUnanswered(call.line) && attemptsOf(call) === 0) return finalOutcomeOf(call);
  if (call.phase !== "ended") return undefined;
  return outcomeOfVerdict(call);
}

/** The outcome of a call that will hear no more. */
export function finalOutcomeOf(call: Exclude<Call, Completed>): Outcome {
  return outcomeOfVerdict(call) ?? errorOf(call);
}

function outcomeOfVerdict(call: Call): Outcome | undefined {
  const verdict = verdictOf(call);
  switch (verdict) {
    case "matched":
      return { status: "ok" };
    case "exhausted":
      return { status: "failed" };
    case undefined:
      return undefined;
    default:
      return verdict satisfies never;
  }
}

function errorOf(call: Exclude<Call, Completed>): Outcome {
  const reason = reasonOf(call);
  const { detail, ending } = "line" in call ? call.line : {};
  const isWhy = detail === "script_error" || reason === ending;
  return { status: "error", reason, ...(detail !== undefined && isWhy && { detail }) };
}

function reasonOf(call: Exclude<Call, Completed>): Reason {
  switch (call.phase) {
    case "queued":
      return "dial_refused";
    case "dialing":
      return call.line.ending ?? (call.line.uuid === undefined ? "dial_unknown" : "no_completion");
    case "ringing":
    case "answered":
      return call.line.ending ?? "no_completion";
    case "ended":
      return call.line.ending ?? (wasAnswered(call) ? "hung_up" : "unanswered");
    default:
      return call satisfies never;
  }
}

/** The report of an answer may be lost; entered digits, or a billed duration, prove one as well. */
function wasAnswered(call: Ended): boolean {
  return isPickedUp(call.line) || attemptsOf(call) > 0;
}

/**
 * The carrier says that nobody picked up, and nothing else it says is against that. Digits are not: they come over an
 * address that others may have learned of.
 */
function isUnanswered(line: Line): boolean {
  return line.ending !== undefined && line.ending !== "machine" && !isPickedUp(line);
}

/** The same said by the end of the call, which may overtake the report of why: it lasted for no time at all. */
function isWithoutTalk(line: Line): boolean {
  return line.durationSeconds === 0 && !isPickedUp(line);
}

function isPickedUp({ answeredAt, durationSeconds = 0 }: Line): boolean {
  return answeredAt !== undefined || durationSeconds > 0;
}

function attemptsOf(call: Call): number {
  return "attempts" in call ? Object.keys(call.attempts).length : 0;
}

/** `status` and, where there is one, `reason`: the same two fields wherever an outcome is shown to a customer. */
export function outcomeFields(outcome: Outcome) {
  const { status } = outcome;
  return status === "error" ? { status, reason: outcome.detail ?? outcome.reason } : { status };
}
