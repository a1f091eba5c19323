import type { RejectedRow } from "./read-call.ts";

/** Thousands of wrong rows are mostly wrong in the same way, and would not fit into Lambda's 6 MB. */
const LISTED = 100;

export const listed = (rejected: readonly RejectedRow[]) => ({
  rejected: rejected.slice(0, LISTED),
  rejected_count: rejected.length,
});
