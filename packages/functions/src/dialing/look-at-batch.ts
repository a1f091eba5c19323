import type { Batches } from "../ports/batches.ts";
import type { Clock } from "../ports/clock.ts";
import { ensureStep, type LoopPorts } from "./ensure-step.ts";

export interface LookPorts extends LoopPorts {
  readonly batches: Pick<Batches, "find">;
  readonly clock: Clock;
}

/**
 * A call of a batch is over that was never dialed. It may have been the last: where no step is about to find out, since
 * the batch is paused or its time has not come, one is taken.
 */
export async function lookAtBatch(batchId: string, ports: LookPorts): Promise<void> {
  const batch = await ports.batches.find(batchId);
  // Its sweep has it counted.
  if (batch?.owner === undefined || batch.over !== undefined) return;
  const { owner } = batch;
  const entry = (await ports.loops.read(owner)).batches[batchId];
  const nowMs = ports.clock.now().getTime();
  if (entry?.paused || (entry !== undefined && entry.startMs > nowMs)) await ensureStep({ owner, atMs: nowMs }, ports);
}
