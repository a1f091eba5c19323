import type { Receiver } from "@promptcall/core/callbacks/bulkhead";
import type { Bulkhead, BulkheadPermit } from "../ports/bulkhead.ts";

/** Leave to wait, of several bulkheads at once: each has to have room. */
export async function acquireAll(
  receivers: readonly Receiver[],
  { tryAcquire }: Bulkhead,
): Promise<BulkheadPermit | "busy" | "slow"> {
  const answers = await Promise.all(receivers.map(tryAcquire));
  const permits = answers.filter((answer) => typeof answer !== "string");
  const release = async () => {
    await Promise.all(permits.map((permit) => permit.release()));
  };
  if (permits.length === answers.length)
    return { hold: async () => (await Promise.all(permits.map((permit) => permit.hold()))).every(Boolean), release };
  await release();
  return answers.includes("slow") ? "slow" : "busy";
}
