import type { BatchCompleted } from "@promptcall/core/contracts/batch-event";
import type { CountBatchMessage } from "@promptcall/core/contracts/dialing-messages";
import { checkpointKeys, eventIds } from "@promptcall/core/contracts/ids";
import { UnknownBatchError } from "../errors.ts";
import { resumeOnce } from "../messages/resume-once.ts";
import type { Batches, BatchRecord, Finished, Lists } from "../ports/batches.ts";
import type { Bus } from "../ports/bus.ts";
import type { Checkpoints } from "../ports/checkpoints.ts";
import type { Clock } from "../ports/clock.ts";
import type { LogRecord } from "../ports/log.ts";
import type { Queue } from "../ports/queue.ts";

export interface CountPorts {
  readonly batches: Pick<Batches, "find" | "eraseCredential">;
  readonly lists: Lists;
  readonly bus: Bus;
  readonly timers: Queue<CountBatchMessage>;
  readonly checkpoints: Checkpoints;
  readonly clock: Clock;
  readonly settleSeconds: number;
}

/** The longest wait, as a multiple of the first. */
const LONGEST = 16;

/**
 * The message that counts a batch once its last calls should be over. The waits grow: most calls end soon, all end by
 * their deadline.
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
 * Publishes `batch.completed` when every call is completed; else counts again later. Nobody knows which call is last,
 * and the list may be behind; but completed calls never change, so every full count is the same.
 */
export async function countBatch(
  { batch_id: batchId, looks }: Pick<CountBatchMessage, "batch_id" | "looks">,
  ports: CountPorts,
): Promise<LogRecord> {
  const batch = await ports.batches.find(batchId);
  if (batch === undefined) throw new UnknownBatchError(batchId);
  const finished = await ports.lists.finishedOf(batchId);
  if (finished.completed < batch.count) {
    const send = () => ports.timers.send(countOf({ batchId, looks: looks + 1 }, ports));
    await resumeOnce({ key: checkpointKeys.count(batchId), upTo: looks + 1 }, { checkpoints: ports.checkpoints, send });
    return { event: "batch.counted", batch_id: batchId, calls: batch.count, completed: finished.completed };
  }
  await Promise.all([ports.bus.publish([completedEvent(batch, finished)]), ports.batches.eraseCredential(batchId)]);
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
