import type { CountBatchMessage } from "@promptcall/core/dialing/messages";
import type { BatchCompleted } from "@promptcall/core/events";
import { eventIds, progressKeys } from "@promptcall/core/ids";
import { UnknownBatchError } from "../errors.ts";
import { passOnOnce } from "../pass-on-once.ts";
import type { Batches, BatchRecord, Finished, Lists } from "../ports/batches.ts";
import type { Bus } from "../ports/bus.ts";
import type { Clock } from "../ports/clock.ts";
import type { Hops } from "../ports/hops.ts";
import type { Told } from "../ports/log.ts";
import type { Queue } from "../ports/queue.ts";

export interface CountPorts {
  readonly batches: Pick<Batches, "find">;
  readonly lists: Lists;
  readonly bus: Bus;
  readonly timers: Queue<CountBatchMessage>;
  readonly hops: Hops;
  readonly clock: Clock;
  readonly settleSeconds: number;
}

/** The last wait is so many times the first one. */
const LONGEST = 16;

/**
 * The last calls of a batch have been dialed, or end as it does: somebody counts them when they should be over. Nearly
 * all are within a few times what a call takes to settle, and all of them after their deadline.
 */
export function countOf(
  { batchId, looks = 0 }: { batchId: string; looks?: number },
  { clock, settleSeconds }: { clock: Clock; settleSeconds: number },
) {
  const seconds = settleSeconds * Math.min(2 ** looks, LONGEST);
  const not_before = new Date(clock.now().getTime() + seconds * 1_000).toISOString();
  return { v: 1, type: "count_batch", batch_id: batchId, looks, not_before } as const;
}

/**
 * Announces a batch of which every call is completed; looks again later at one that is not there yet. No actor knows
 * which call is the last, and the list may be a moment behind; what is completed does not change any more, so that
 * whoever counts all calls has the same counts.
 */
export async function countBatch(
  { batch_id: batchId, looks }: Pick<CountBatchMessage, "batch_id" | "looks">,
  ports: CountPorts,
): Promise<Told> {
  const batch = await ports.batches.find(batchId);
  if (batch === undefined) throw new UnknownBatchError(batchId);
  const finished = await ports.lists.finishedOf(batchId);
  if (finished.completed < batch.count) {
    const send = () => ports.timers.send(countOf({ batchId, looks: looks + 1 }, ports));
    await passOnOnce({ key: progressKeys.count(batchId), upTo: looks + 1 }, { hops: ports.hops, send });
    return { event: "batch.counted", batch_id: batchId, calls: batch.count, completed: finished.completed };
  }
  await ports.bus.publish([completedEvent(batch, finished)]);
  return { event: "batch.completed", batch_id: batchId, calls: batch.count };
}

export function completedEvent(
  { id, applicationId, count, acceptedAt }: BatchRecord,
  finished: Finished,
): BatchCompleted {
  const { statuses, reasons, lastAt: time = acceptedAt } = finished;
  return {
    type: "batch.completed",
    metadata: { id: eventIds.completed(id), version: 1, batch_id: id, application_id: applicationId, time },
    data: { count, statuses, reasons },
  };
}
