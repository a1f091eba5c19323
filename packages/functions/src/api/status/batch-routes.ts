import type { Context } from "hono";
import { type EndBatchPorts, endBatch, sweepOf } from "../../dialing/end-batch.ts";
import type { LoopPorts } from "../../dialing/ensure-step.ts";
import { pause, resume } from "../../dialing/pause.ts";
import { problem } from "../../http/problem.ts";
import type { Batches, BatchRecord } from "../../ports/batches.ts";
import type { Log } from "../../ports/log.ts";
import type { Owners } from "../../ports/owners.ts";
import type { Seal } from "../../ports/seal.ts";
import { batchStatus, type StatusPorts } from "./status.ts";

export type BatchRoutesPorts = StatusPorts &
  LoopPorts &
  EndBatchPorts & {
    readonly batches: Batches;
    readonly owners: Owners;
    readonly seal: Seal;
    readonly log: Log;
  };

interface BatchChangeRequest {
  readonly batch: BatchRecord;
  readonly credential: string | undefined;
}

/** Cancels the queued calls, each with its one result. With a credential, live calls are hung up. */
export async function deleteBatch(c: Context, { batch, credential }: BatchChangeRequest, ports: BatchRoutesPorts) {
  const standing = await batchStatus(batch, ports);
  // It is complete, and its status no longer changes.
  if (standing.states.completed === batch.count) return c.json({ ...standing, cancelling: 0 }, 202);
  const owner = await ownerOf(batch, ports);
  const { id: batch_id } = batch;
  const reason = await endBatch({ batch, owner, reason: "cancelled" }, ports);
  if (credential !== undefined) {
    const sealed_credential = await ports.seal.seal(credential, batch_id);
    await ports.timers.send(sweepOf({ owner, batch_id, reason, sealed_credential }, ports));
  }
  ports.log.info({ event: "batch.over", reason });
  return c.json({ ...(await batchStatus({ ...batch, over: reason }, ports)), cancelling: batch.count }, 202);
}

export async function pauseBatch(c: Context, { batch }: Pick<BatchChangeRequest, "batch">, ports: BatchRoutesPorts) {
  // The loop may not have noticed yet.
  if ((await ports.lists.finishedOf(batch.id)).completed === batch.count) return overAlready(c);
  const isPaused = await pause({ batch, owner: await ownerOf(batch, ports) }, ports);
  if (!isPaused) return overAlready(c);
  ports.log.info({ event: "batch.paused" });
  return c.json(await batchStatus({ ...batch, paused: true }, ports), 202);
}

export async function resumeBatch(c: Context, { batch }: Pick<BatchChangeRequest, "batch">, ports: BatchRoutesPorts) {
  const { paused: _paused, ...running } = batch;
  const isResumed = await resume({ batch, owner: await ownerOf(batch, ports) }, ports);
  if (!isResumed) return overAlready(c);
  ports.log.info({ event: "batch.resumed" });
  return c.json(await batchStatus(running, ports), 202);
}

function overAlready(c: Context): Response {
  const detail = "Every call of this batch has been dialed, or has ended. There is nothing to pause or to resume.";
  return problem(c, { status: 409, code: "batch_is_over", detail });
}

async function ownerOf({ owner, applicationId }: BatchRecord, { owners }: BatchRoutesPorts): Promise<string> {
  return owner ?? (await owners.ownerOf(applicationId));
}
