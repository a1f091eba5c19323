import type { Call } from "@promptcall/core/call/call";
import { lastDialOf } from "@promptcall/core/call/redial";
import { UnknownBatchError, UnknownCallError } from "../errors.ts";
import type { CallStore } from "../ports/call-store.ts";
import type { LogRecord } from "../ports/log.ts";
import type { Owners } from "../ports/owners.ts";
import type { WaitingCallItem } from "../ports/waiting-calls.ts";
import { expiryMsOf } from "./dial-call.ts";
import { endQueued } from "./end-queued.ts";
import { ensureStep } from "./ensure-step.ts";
import { type GiveBackPorts, giveBack } from "./give-back.ts";
import { isPaused } from "./pause.ts";

export type RedialPorts = GiveBackPorts & { readonly calls: Pick<CallStore, "spec">; readonly owners: Owners };

/**
 * Has a call that may be dialed again by now wait by itself, a call of a batch as well: its batch has gone past it. The
 * timer that was sent before it was saved comes here, and so does the deadline of its last dial. Safe to repeat: the
 * item is the same. Undefined for a call that was not dialed yet, or is being dialed.
 */
export async function awaitRedial(call: Call, ports: RedialPorts): Promise<LogRecord | undefined> {
  const last = lastDialOf(call);
  if (last === undefined) return undefined;
  const { tid } = call;
  const nowMs = ports.clock.now().getTime();
  const notBeforeMs = Date.parse(last.againFrom);
  // Its timer is on its way.
  if (nowMs < notBeforeMs) return { event: "dial.waits", tid };
  const spec = await ports.calls.spec(tid);
  if (spec === undefined) throw new UnknownCallError(tid);
  if (expiryMsOf(spec) < nowMs) return await endQueued({ tid, reason: "expired" }, ports);
  const { batch, applicationId, sealedCredential = "", priority } = spec;
  const item = { tid, notBeforeMs, sealedCredential, ...(priority && { priority }) };
  if (batch === undefined) await wait({ owner: await ports.owners.ownerOf(applicationId), item }, ports);
  else await waitOfBatch({ item, applicationId, id: batch.id, index: batch.place ?? batch.index }, ports);
  return { event: "dial.waits", tid };
}

async function wait({ owner, item }: { owner: string; item: WaitingCallItem }, ports: RedialPorts): Promise<void> {
  await ports.waiting.add(owner, item);
  await ensureStep({ owner, atMs: item.notBeforeMs, arrives: item }, ports);
}

async function waitOfBatch(
  given: { item: WaitingCallItem; applicationId: string; id: string; index: number },
  ports: RedialPorts,
): Promise<void> {
  const { item, applicationId, id, index } = given;
  const batch = await ports.batches.find(id);
  if (batch === undefined) throw new UnknownBatchError(id);
  const owner = batch.owner ?? (await ports.owners.ownerOf(applicationId));
  const { [id]: entry } = (await ports.loops.read(owner)).batches;
  // In a pause nothing waits by itself: when that is over, the batch goes on with the call.
  if (isPaused({ batch, entry }) || batch.over !== undefined) {
    const { tid, notBeforeMs } = item;
    return await giveBack({ tid, owner, origin: { kind: "batch", batchId: id, index }, notBeforeMs }, ports);
  }
  await wait({ owner, item: { ...item, batch: { id, index } } }, ports);
}
