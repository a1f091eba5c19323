import { callIdOf } from "@promptcall/core/call/batch";
import type { SweepMessage } from "@promptcall/core/contracts/dialing-messages";
import type { CancelBatchMessage, DialBatchMessage, DialMessage } from "@promptcall/core/contracts/messages";
import { UnknownBatchError, UnknownCallError } from "../errors.ts";
import type { Batches } from "../ports/batches.ts";
import type { CallStore } from "../ports/call-store.ts";
import type { LogRecord } from "../ports/log.ts";
import type { Owners } from "../ports/owners.ts";
import type { Queue } from "../ports/queue.ts";
import type { WaitingCalls } from "../ports/waiting-calls.ts";
import { expiryMsOf } from "./dial-call.ts";
import { type EndBatchPorts, endBatch, sweepOf } from "./end-batch.ts";
import { ensureStep, type LoopPorts } from "./ensure-step.ts";

export interface AdoptPorts extends LoopPorts {
  readonly calls: Pick<CallStore, "spec">;
  readonly batches: Pick<Batches, "find" | "adopt">;
  readonly owners: Owners;
  readonly timers: Queue<SweepMessage>;
}

/** Migrates a message from before there were loops: its call waits in its application's loop. */
export async function adoptCall(
  { tid, sealed_credential, not_before }: DialMessage,
  ports: AdoptPorts & { readonly waiting: Pick<WaitingCalls, "add"> },
): Promise<readonly LogRecord[]> {
  const spec = await ports.calls.spec(tid);
  if (spec === undefined) throw new UnknownCallError(tid);
  const owner = await ports.owners.ownerOf(spec.applicationId);
  const notBeforeMs = not_before === undefined ? ports.clock.now().getTime() : Date.parse(not_before);
  const item = { tid, notBeforeMs, sealedCredential: sealed_credential };
  await ports.waiting.add(owner, item);
  await ensureStep({ owner, atMs: notBeforeMs, arrives: item }, ports);
  return [{ event: "dial.waits", tid }];
}

/** The same for what is left of a batch. */
export async function adoptBatch(message: DialBatchMessage, ports: AdoptPorts): Promise<readonly LogRecord[]> {
  const { batch_id: batchId, application_id, next, until, end, sealed_credential, not_before } = message;
  const owner = await ports.owners.ownerOf(application_id);
  const batch = await ports.batches.find(batchId);
  // Of the call's progress nothing is asked: where that cannot be read, the others do not wait for it.
  const last = await ports.calls.spec(callIdOf({ batchId, index: end - 1 }));
  if (batch === undefined || last === undefined) throw new UnknownBatchError(batchId);
  // Its sweep was sent before that was on record.
  if (batch.over !== undefined) return [{ event: "batch.over", batch_id: batchId, reason: batch.over }];
  const expiryMs = expiryMsOf(last);
  const startMs = not_before === undefined ? 0 : Date.parse(not_before);
  const expiresAt = new Date(expiryMs).toISOString();
  await ports.batches.adopt(batchId, { owner, expiresAt, sealedCredential: sealed_credential });
  await ensureStep(
    {
      owner,
      atMs: startMs,
      change(loop) {
        const entry = loop.batches[batchId] ?? { from: next, count: batch.count, startMs, expiryMs };
        return { ...loop, batches: { ...loop.batches, [batchId]: { ...entry, from: Math.min(entry.from, next) } } };
      },
    },
    ports,
  );
  return [{ event: "dial.waits", batch_id: batchId, calls: end - next, until }];
}

/** The same for the rest of a cancellation, which ended queued calls and hung up live ones in one. */
export async function adoptCancellation(
  { batch_id, next, end, sealed_credential }: CancelBatchMessage,
  ports: EndBatchPorts & { readonly batches: Pick<Batches, "find">; readonly owners: Owners },
): Promise<readonly LogRecord[]> {
  const batch = await ports.batches.find(batch_id);
  if (batch === undefined) throw new UnknownBatchError(batch_id);
  const owner = batch.owner ?? (await ports.owners.ownerOf(batch.applicationId));
  const reason = await endBatch({ batch, owner, reason: "cancelled" }, ports);
  if (sealed_credential !== undefined)
    await ports.timers.send(sweepOf({ owner, batch_id, reason, next, end, sealed_credential }, ports));
  return [{ event: "batch.over", batch_id, reason }];
}
