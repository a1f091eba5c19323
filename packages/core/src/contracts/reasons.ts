/** The carrier's words for a leg that ended without a conversation. The first one that applies is the reason. */
export const ENDINGS = ["machine", "rejected", "busy", "cancelled", "unanswered", "timeout", "failed"] as const;
export type Ending = (typeof ENDINGS)[number];

/**
 * The carrier's words for why, where they say more than the ending. The first one that applies is the detail.
 * `script_error` is our own word: the carrier could not play the script.
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

/** After which of these, in the words of a result, a person may be called again; the usual ones where nothing is said. */
export const RETRIED = [
  "busy",
  "unanswered",
  "timeout",
  "unavailable",
  "declined",
  "rejected",
  "failed",
  "cannot_route",
  "machine",
  "hung_up",
] as const;
/** How often after the first time. */
export const MOST_REDIALS = 5;
export type Retried = (typeof RETRIED)[number];
export const USUALLY_RETRIED: readonly Retried[] = ["busy", "unanswered", "timeout", "unavailable"];

/** Those after which the call may have been paid for. */
export const RETRIED_AT_A_PRICE: readonly Retried[] = ["machine", "rejected", "failed", "hung_up"];

export const NOT_DIALED = ["expired", "credential_rejected", "invalid_number", "cancelled", "dial_refused"] as const;
export type NotDialed = (typeof NOT_DIALED)[number];

/** Why a batch is over before its calls are. */
export const SWEEP_REASONS = ["cancelled", "credential_rejected", "expired"] as const;

export const REASONS = [
  ...new Set([...ENDINGS, ...NOT_DIALED, "hung_up", "dial_unknown", "no_completion"] as const),
] as const;
export type Reason = (typeof REASONS)[number];
