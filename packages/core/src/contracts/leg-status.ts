/** The statuses the carrier posts for a call, in the words of its event webhook. */
export const LEG_STATUSES = [
  "started",
  "ringing",
  "answered",
  "human",
  "machine",
  "busy",
  "cancelled",
  "timeout",
  "unanswered",
  "failed",
  "rejected",
  "completed",
  "disconnected",
] as const;
export type LegStatus = (typeof LEG_STATUSES)[number];
