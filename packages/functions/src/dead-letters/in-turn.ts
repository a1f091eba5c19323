import { callIdsOf } from "@promptcall/core/batch";
import { eachToItsEnd } from "../each-apart.ts";
import type { Hops } from "../ports/hops.ts";
import type { Told } from "../ports/log.ts";

/** Calls of a batch, from one place in it up to another (exclusive). */
export interface Calls {
  readonly batchId: string;
  readonly from: number;
  readonly to: number;
}

/** How many of them are worked on at the same time. */
const AT_ONCE = 10;

/**
 * Does some work for each of the calls; one for which it fails stops none of the others, and fails at the end. Remembers
 * how far it has come without a failure: thousands of calls are not done in one go, and every go would begin anew.
 */
export async function inTurn(
  { batchId, from, to }: Calls,
  { key, hops, work }: { key: string; hops: Hops; work: (tid: string) => Promise<Told> },
): Promise<readonly Told[]> {
  const told: Told[] = [];
  let failed: PromiseRejectedResult | undefined;
  for (let next = Math.max(from, await hops.made(key)); next < to; next += AT_ONCE) {
    const tids = callIdsOf({ batchId, from: next, to: Math.min(next + AT_ONCE, to) });
    const ended = await eachToItsEnd(tids, { concurrency: AT_ONCE, work });
    told.push(...ended.flatMap((one) => (one.status === "fulfilled" ? [one.value] : [])));
    const goodUntil = ended.findIndex((one) => one.status === "rejected");
    const upTo = next + (goodUntil < 0 ? tids.length : goodUntil);
    if (failed === undefined && upTo > next) await hops.make(key, upTo);
    failed ??= ended.find((one) => one.status === "rejected");
  }
  if (failed !== undefined) throw failed.reason;
  return told;
}
