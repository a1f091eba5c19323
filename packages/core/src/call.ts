/**
 * A call is a record of facts (what we did, what the carrier and the person reported) and a phase that follows from
 * them. Facts are joined, never overwritten, so the order in which they arrive does not matter.
 */
export type Call = Queued | Dialing | Ringing | Answered | Ended | Completed;

export interface Queued extends Origin {
  readonly phase: "queued";
}

/** The intent to dial is written. Whether the carrier has the call is known once there is a `line.uuid`. */
export interface Dialing extends Origin {
  readonly phase: "dialing";
  readonly claim: Claim;
  readonly line: Line;
}

export interface Ringing extends Origin {
  readonly phase: "ringing";
  readonly claim?: Claim;
  readonly line: Line;
}

export interface Answered extends Origin {
  readonly phase: "answered";
  readonly claim?: Claim;
  readonly line: Line;
  readonly attempts: Attempts;
}

/** The line is down; the verdict may still be on its way. */
export interface Ended extends Origin {
  readonly phase: "ended";
  readonly claim?: Claim;
  readonly line: Line & { readonly endedAt: string };
  readonly attempts: Attempts;
}

/** The result is out and does not change any more. Late facts are still joined, for the record. */
export interface Completed extends Origin {
  readonly phase: "completed";
  readonly claim?: Claim;
  readonly line: Line;
  readonly attempts: Attempts;
  readonly outcome: Outcome;
  readonly summary: Summary;
  readonly completedAt: string;
  /** Id of the message that completed the call: when it is delivered again, `call.completed` is published again. */
  readonly completedBy: string;
}

export interface Origin {
  readonly tid: string;
  readonly applicationId: string;
  /** Masked: the state travels into events and logs. The number itself is in the spec. */
  readonly to: string;
  readonly attemptsAllowed: number;
  readonly acceptedAt: string;
  /** The batch it came in, and the customer's own name for it: they go out with the result. */
  readonly batchId?: string;
  readonly reference?: string;
  /** How often the carrier was asked to dial. */
  readonly dials: number;
}

/** Written before the carrier is asked. Whoever holds the token may dial; nobody else ever may. */
export interface Claim {
  readonly token: string;
  readonly startedAt: string;
}

/**
 * What the carrier has reported so far, ISO 8601. Times are ours, of when the report reached us; only that of an answer
 * of which no report was folded is the carrier's.
 */
export interface Line {
  readonly uuid?: string;
  readonly ringingAt?: string;
  readonly answeredAt?: string;
  readonly endedAt?: string;
  readonly ending?: Ending;
  /** Why, in the carrier's own word. */
  readonly detail?: string;
  readonly durationSeconds?: number;
  /** As the carrier writes it: EUR. */
  readonly price?: string;
}

/** What was known when the call was completed. It goes out with the result, and like it does not change any more. */
export interface Summary {
  readonly attempts: number;
  readonly uuid?: string;
  readonly durationSeconds?: number;
  readonly price?: string;
}

/** Ordinal of the attempt to whether the PIN was right. */
export type Attempts = Readonly<Record<number, boolean>>;

/** The carrier's own words for a line that went down without a conversation; the first that applies names the reason. */
export const ENDINGS = ["machine", "rejected", "busy", "cancelled", "unanswered", "timeout", "failed"] as const;
export type Ending = (typeof ENDINGS)[number];

/**
 * The carrier's own words for why, as far as they say more than the ending does; the first that applies is the detail.
 * `script_error` is ours, for its report that it could not carry out what it was to say.
 */
export const DETAILS = [
  "script_error",
  "invalid_number",
  "number_out_of_service",
  "cannot_route",
  "restricted",
  "declined",
  "unavailable",
] as const;

export const NOT_DIALED = ["expired", "credential_rejected", "invalid_number", "cancelled", "dial_refused"] as const;
export type NotDialed = (typeof NOT_DIALED)[number];

export const REASONS = [
  ...new Set([...ENDINGS, ...NOT_DIALED, "hung_up", "dial_unknown", "no_completion"] as const),
] as const;
export type Reason = (typeof REASONS)[number];

export type Outcome =
  | { readonly status: "ok" }
  | { readonly status: "failed" }
  /** A `detail` tells the customer more than the reason; it is apart, since more of them may come. */
  | { readonly status: "error"; readonly reason: Reason; readonly detail?: string };

/** `matched` as soon as one attempt was right, `exhausted` when the last one allowed was not; else not in yet. */
export function verdictOf(call: Call): "matched" | "exhausted" | undefined {
  if (!("attempts" in call) || isUnanswered(call.line)) return undefined;
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
