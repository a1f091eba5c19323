import type { Listed } from "@promptcall/core/call/listing";
import type { Finished } from "./batches.ts";

/** How many there are of each status, and of each reason. */
export function tally(listed: readonly Listed[]): Finished {
  const statuses: Record<string, number> = {};
  const reasons: Record<string, number> = {};
  let lastAt: string | undefined;
  for (const { status, reason, completedAt } of listed) {
    statuses[status] = (statuses[status] ?? 0) + 1;
    if (reason !== undefined) reasons[reason] = (reasons[reason] ?? 0) + 1;
    if (lastAt === undefined || completedAt > lastAt) lastAt = completedAt;
  }
  return { completed: listed.length, statuses, reasons, ...(lastAt !== undefined && { lastAt }) };
}
