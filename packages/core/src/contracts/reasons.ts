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

export const NOT_DIALED = ["expired", "credential_rejected", "invalid_number", "cancelled", "dial_refused"] as const;
export type NotDialed = (typeof NOT_DIALED)[number];

export const REASONS = [
  ...new Set([...ENDINGS, ...NOT_DIALED, "hung_up", "dial_unknown", "no_completion"] as const),
] as const;
export type Reason = (typeof REASONS)[number];
