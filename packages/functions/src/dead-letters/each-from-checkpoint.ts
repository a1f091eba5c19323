import { callIdsOf } from "@promptcall/core/call/batch";
import { attemptEach } from "../messages/isolate-failures.ts";
import type { Checkpoints } from "../ports/checkpoints.ts";
import type { LogRecord } from "../ports/log.ts";

/** Calls of a batch, from one index up to another (exclusive). */
export interface CallRange {
  readonly batchId: string;
  readonly from: number;
  readonly to: number;
}

/** How many are worked on at the same time. */
const AT_ONCE = 10;

/**
 * Does some work for each call of a range. A failure stops no other call, and is thrown at the end. A checkpoint
 * records how far everything succeeded: thousands of calls take several invocations, and each would start anew.
 */
export async function eachFromCheckpoint(
  { batchId, from, to }: CallRange,
  { key, checkpoints, work }: { key: string; checkpoints: Checkpoints; work: (tid: string) => Promise<LogRecord> },
): Promise<readonly LogRecord[]> {
  const records: LogRecord[] = [];
  let failed: PromiseRejectedResult | undefined;
  for (let next = Math.max(from, await checkpoints.get(key)); next < to; next += AT_ONCE) {
    const tids = callIdsOf({ batchId, from: next, to: Math.min(next + AT_ONCE, to) });
    const ended = await attemptEach(tids, { concurrency: AT_ONCE, work });
    records.push(...ended.flatMap((one) => (one.status === "fulfilled" ? [one.value] : [])));
    const goodUntil = ended.findIndex((one) => one.status === "rejected");
    const upTo = next + (goodUntil < 0 ? tids.length : goodUntil);
    if (failed === undefined && upTo > next) await checkpoints.advance(key, upTo);
    failed ??= ended.find((one) => one.status === "rejected");
  }
  if (failed !== undefined) throw failed.reason;
  return records;
}
