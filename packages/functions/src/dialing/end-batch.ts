import type { SweepMessage } from "@promptcall/core/contracts/dialing-messages";
import { checkpointKeys } from "@promptcall/core/contracts/ids";
import type { BatchEnd, Batches, BatchRecord } from "../ports/batches.ts";
import type { Checkpoints } from "../ports/checkpoints.ts";
import type { Clock } from "../ports/clock.ts";
import type { Loops } from "../ports/loops.ts";
import type { Queue } from "../ports/queue.ts";
import { changeLoop } from "./change-loop.ts";

export interface EndBatchPorts {
  readonly batches: Pick<Batches, "end">;
  readonly loops: Loops;
  readonly timers: Queue<SweepMessage>;
  readonly clock: Clock;
}

interface Ending {
  readonly batch: Pick<BatchRecord, "id">;
  readonly owner: string;
  readonly reason: BatchEnd;
}

/**
 * Ends a batch: sends its sweep, which does all of this itself, then records the reason and removes the batch from the
 * loop at once. So a batch is ended whole or not at all, whoever dies on the way. A step under way may still dial what
 * it took.
 */
export async function endBatch({ batch, owner, reason }: Ending, ports: EndBatchPorts): Promise<BatchEnd> {
  const { id: batch_id } = batch;
  await ports.timers.send(sweepOf({ owner, batch_id, reason }, ports));
  const standing = await ports.batches.end(batch_id, reason);
  await leaveLoop({ owner, batchId: batch_id }, ports);
  return standing;
}

/** For how long others leave it to the one that ends a batch. */
const ENDING_MS = 5_000;

/**
 * The same where many calls of a batch are refused at once, in the parts of a step: one of them ends it. Where that one
 * dies, the batch is still in its loop, and a later call ends it.
 */
export async function endByOne(
  ending: Ending,
  ports: EndBatchPorts & { readonly checkpoints: Checkpoints },
): Promise<void> {
  const { checkpoints, clock } = ports;
  const turn = Math.ceil(clock.now().getTime() / ENDING_MS);
  if (await checkpoints.advance(checkpointKeys.ending(ending.batch.id), turn)) await endBatch(ending, ports);
}

type Swept = Pick<SweepMessage, "owner" | "batch_id" | "reason" | "end" | "sealed_credential"> & {
  readonly next?: number;
};

export function sweepOf(given: Swept, { clock }: { clock: Clock }): SweepMessage {
  const { owner, batch_id, reason, next = 0, end, sealed_credential } = given;
  return {
    v: 1,
    type: "sweep",
    owner,
    batch_id,
    reason,
    next,
    ...(end !== undefined && { end }),
    not_before: clock.now().toISOString(),
    ...(sealed_credential !== undefined && { sealed_credential }),
  };
}

/** Removes the batch from the loop, so that later steps pass it over. */
export async function leaveLoop(
  { owner, batchId }: { owner: string; batchId: string },
  ports: { loops: Loops },
): Promise<void> {
  await changeLoop(
    {
      owner,
      change(seen) {
        const { [batchId]: entry, ...batches } = seen.batches;
        return entry === undefined ? undefined : { ...seen, batches };
      },
    },
    ports,
  );
}
