/** The statuses the carrier posts for a call, in the words of its event webhook. */
export const LINE_STATUSES = [
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
export type LineStatus = (typeof LINE_STATUSES)[number];
