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
