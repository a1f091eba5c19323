import type { NotDialed, Reason } from "../contracts/reasons.ts";
import type { RecordOf } from "../contracts/records/fields.ts";
import type { CallSchema } from "../contracts/records/state.ts";

/**
 * A call is a record of facts (what we did, what the carrier and the person reported) and a phase that follows from
 * them. Facts are joined, never overwritten, so they may arrive in any order. `line` is the record's name for the leg,
 * kept because it is persisted.
 */
export type Call = RecordOf<typeof CallSchema>;
export type Completed = Extract<Call, { phase: "completed" }>;
/** What the carrier has reported so far. */
export type Leg = Completed["line"];
export type Outcome = Completed["outcome"];
/** A dial that has ended, and that another follows. */
export type EarlierDial = NonNullable<Call["earlierDials"]>[number];

type Dialing = Extract<Call, { phase: "dialing" }>;
type Ended = Extract<Call, { phase: "ended" }>;

/** The number of no attempt: nothing was asked, and all was said. */
export const SAID = "0";

/** `matched` once one attempt was right, `exhausted` once the last allowed attempt was wrong, undefined until then. */
export function verdictOf(call: Call): "matched" | "exhausted" | undefined {
  if (!("attempts" in call) || isUnanswered(call.line) || isWithoutTalk(call.line)) return undefined;
  if (Object.values(call.attempts).includes(true)) return "matched";
  // The last attempt is only offered after the others failed, so its report alone is enough.
  if (call.attempts[call.attemptsAllowed] === false) return "exhausted";
  return undefined;
}

/**
 * The outcome, once nothing can change it: the call is completed, or its leg has ended and the verdict is known, or
 * nobody picked up, so no verdict can come.
 */
export function outcomeOf(call: Call): Outcome | undefined {
  if (call.phase === "completed") return call.outcome;
  if ("line" in call && isUnanswered(call.line) && attemptsOf(call) === 0) return finalOutcomeOf(call);
  if (call.phase !== "ended") return undefined;
  return outcomeOfVerdict(call);
}

/** The outcome of a call about which no more reports are awaited. */
export function finalOutcomeOf(call: Exclude<Call, Completed>): Outcome {
  return outcomeOfVerdict(call) ?? errorOf(call);
}

function outcomeOfVerdict(call: Call): Outcome | undefined {
  const verdict = verdictOf(call);
  switch (verdict) {
    case "matched":
      return { status: "ok", ...enteredIn(call) };
    case "exhausted":
      return { status: "failed" };
    case undefined:
      return undefined;
    default:
      return verdict satisfies never;
  }
}

/**
 * Claimed, and nothing proves yet that the carrier has the call: whoever claimed it may still give it back. Any report
 * about the leg proves it, whatever the carrier answered.
 */
export function isUnconfirmed(call: Call): call is Dialing {
  return call.phase === "dialing" && call.line.uuid === undefined;
}

/** What the person answered in the first attempt that was right. */
function enteredIn(call: Call) {
  if (!("attempts" in call)) return {};
  const [right] = Object.entries(call.attempts).find(([, matched]) => matched) ?? [];
  return right === undefined || !("entered" in call) ? {} : call.entered?.[right];
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

/** The report of the answer may be lost. Digits or a billed duration prove an answer, too. */
function wasAnswered(call: Ended): boolean {
  return isPickedUp(call.line) || attemptsOf(call) > 0;
}

/**
 * The carrier says that nobody picked up, and none of its other reports contradict that. Digits do not count here:
 * somebody who learned of the address may have sent them.
 */
function isUnanswered(line: Leg): boolean {
  return line.ending !== undefined && line.ending !== "machine" && !isPickedUp(line);
}

/** The same said by the end of the call, which may overtake the report of why: it lasted for no time at all. */
function isWithoutTalk(line: Leg): boolean {
  return line.durationSeconds === 0 && !isPickedUp(line);
}

function isPickedUp({ answeredAt, durationSeconds = 0 }: Leg): boolean {
  return answeredAt !== undefined || durationSeconds > 0;
}

function attemptsOf(call: Call): number {
  return "attempts" in call ? Object.keys(call.attempts).length : 0;
}

interface OutcomeFields {
  readonly status: Outcome["status"];
  readonly reason?: string;
  readonly not_redialed?: NotDialed;
  readonly choice?: string;
}

/** `status`, and what else there is to say of it: the same fields wherever a customer sees an outcome. */
export function outcomeFields(outcome: Outcome): OutcomeFields {
  const { status } = outcome;
  switch (status) {
    case "ok":
      return { status, ...(outcome.choice !== undefined && { choice: outcome.choice }) };
    case "failed":
      return { status };
    case "error":
      return {
        status,
        reason: outcome.detail ?? outcome.reason,
        ...(outcome.notRedialed !== undefined && { not_redialed: outcome.notRedialed }),
      };
    default:
      return status satisfies never;
  }
}
