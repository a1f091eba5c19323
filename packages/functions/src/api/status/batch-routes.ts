import { type EndBatchPorts, endBatch, sweepOf } from "../../dialing/end-batch.ts";
import type { LoopPorts } from "../../dialing/ensure-step.ts";
import { pause, resume } from "../../dialing/pause.ts";
import { type Answer, json } from "../../http/answer.ts";
import { problem } from "../../http/problem.ts";
import type { HttpRequest } from "../../http/request.ts";
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

export interface BatchChangeRequest {
  readonly request: HttpRequest;
  readonly batch: BatchRecord;
  readonly credential: string | undefined;
}

/** Cancels the queued calls, each with its one result. With a credential, live calls are hung up. */
export async function deleteBatch({ batch, credential }: BatchChangeRequest, ports: BatchRoutesPorts) {
  const standing = await batchStatus(batch, ports);
  // It is complete, and its status no longer changes.
  if (standing.states.completed === batch.count) return json({ ...standing, cancelling: 0 }, { status: 202 });
  const owner = await ownerOf(batch, ports);
  const { id: batch_id } = batch;
  const reason = await endBatch({ batch, owner, reason: "cancelled" }, ports);
  if (credential !== undefined) {
    const sealed_credential = await ports.seal.seal(credential, batch_id);
    await ports.timers.send(sweepOf({ owner, batch_id, reason, sealed_credential }, ports));
  }
  ports.log.info({ event: "batch.over", reason });
  return json({ ...(await batchStatus({ ...batch, over: reason }, ports)), cancelling: batch.count }, { status: 202 });
}

export async function pauseBatch({ request, batch }: BatchChangeRequest, ports: BatchRoutesPorts) {
  // The loop may not have noticed yet.
  if ((await ports.lists.finishedOf(batch.id)).completed === batch.count) return overAlready(request);
  const isPaused = await pause({ batch, owner: await ownerOf(batch, ports) }, ports);
  if (!isPaused) return overAlready(request);
  ports.log.info({ event: "batch.paused" });
  return json(await batchStatus({ ...batch, paused: true }, ports), { status: 202 });
}

export async function resumeBatch({ request, batch }: BatchChangeRequest, ports: BatchRoutesPorts) {
  const { paused: _paused, ...running } = batch;
  const isResumed = await resume({ batch, owner: await ownerOf(batch, ports) }, ports);
  if (!isResumed) return overAlready(request);
  ports.log.info({ event: "batch.resumed" });
  return json(await batchStatus(running, ports), { status: 202 });
}

function overAlready(request: HttpRequest): Answer {
  const detail = "Every call of this batch has been dialed, or has ended. There is nothing to pause or to resume.";
  return problem(request, { status: 409, code: "batch_is_over", detail });
}

async function ownerOf({ owner, applicationId }: BatchRecord, { owners }: BatchRoutesPorts): Promise<string> {
  return owner ?? (await owners.ownerOf(applicationId));
}
