import type { Completed } from "@promptcall/core/call/call";
import { asCompleted, callAsSeen } from "@promptcall/core/call/call-as-seen";
import { hadDigits } from "@promptcall/core/call/erasure";
import type { CallbackContent } from "@promptcall/core/callbacks/callback-request";
import { oldResultParameters } from "@promptcall/core/callbacks/old-result";
import { resultContent } from "@promptcall/core/callbacks/result";
import { isAwaited } from "@promptcall/core/contracts/awaited";
import type { DeliveryMessage, ParkedBatchMessage, ParkedMessage } from "@promptcall/core/contracts/delivery-messages";
import type { CallSpec } from "@promptcall/core/contracts/records/spec";
import { type CapturedDigitsPorts, capturedDigits } from "../calls/captured-digits.ts";
import { completedEvent } from "../calls/count-batch.ts";
import { UncountedBatchError, UnknownBatchError, UnknownCallError } from "../errors.ts";
import type { Batches, Lists } from "../ports/batches.ts";
import type { CallStore } from "../ports/call-store.ts";

/** Whose result it is: a call's or a batch's. */
export interface Subject {
  readonly kind: "call" | "batch";
  readonly id: string;
}

/** A result and where it goes. */
export interface Deliverable {
  readonly subject: Subject;
  readonly applicationId: string;
  /** The batch of a call. */
  readonly batchId?: string | undefined;
  readonly callback: {
    readonly url: string;
    readonly method: "GET" | "POST";
    readonly sealed?: string | undefined;
    readonly shape?: CallSpec["callback"]["shape"];
  };
  /**
   * The carrier has refused its credential: nobody has proven to be that application, so what was asked for under its
   * name does not carry its signature.
   */
  readonly isUnproven: boolean;
  readonly content: CallbackContent;
  /** It says what a person keyed: that, sealed. */
  readonly sealedDigits?: string | undefined;
  /** The digits that the result had are erased: it was delivered with them. */
  readonly isErased?: boolean;
  readonly completedAt: string;
}

export interface DeliverablePorts extends CapturedDigitsPorts {
  readonly calls: Pick<CallStore, "spec" | "find" | "eraseDigits">;
  readonly batches: Pick<Batches, "find">;
  readonly lists: Lists;
}

export function subjectOf(message: DeliveryMessage): Subject {
  switch (message.type) {
    case "callback":
      return { kind: "call", id: message.tid };
    case "batch_callback":
      return { kind: "batch", id: message.batch_id };
    default:
      return message satisfies never;
  }
}

/** The subject's id field in messages, events and logs. */
export function nameOf({ kind, id }: Subject): { tid: string } | { batch_id: string } {
  return kind === "call" ? { tid: id } : { batch_id: id };
}

/** The message for a delivery attempt. */
export function deliveryOf({ kind, id }: Subject, attempt: number, notBefore?: string): DeliveryMessage {
  const rest = { attempt, ...(notBefore !== undefined && { not_before: notBefore }) };
  if (kind === "call") return { v: 1, type: "callback", tid: id, ...rest };
  return { v: 1, type: "batch_callback", batch_id: id, ...rest };
}

export function parkedOf(
  { kind, id }: Subject,
  { attempts, why }: { attempts: number; why: string },
): ParkedMessage | ParkedBatchMessage {
  if (kind === "call") return { v: 1, type: "parked", tid: id, attempts, why };
  return { v: 1, type: "parked_batch", batch_id: id, attempts, why };
}

/** Undefined where nobody is sent the result. */
export async function deliverableOf(subject: Subject, ports: DeliverablePorts): Promise<Deliverable | undefined> {
  return subject.kind === "call" ? await callResult(subject, ports) : await batchResult(subject, ports);
}

async function callResult(subject: Subject, ports: DeliverablePorts): Promise<Deliverable | undefined> {
  const { id: tid } = subject;
  const { calls } = ports;
  const glanced = (await calls.find([tid], { mayBeBehind: true })).get(tid);
  const isOver = glanced?.stored.call.phase === "completed";
  const { spec, stored } = (isOver ? glanced : (await calls.find([tid])).get(tid)) ?? {};
  if (spec === undefined || stored?.call.phase !== "completed") throw new UnknownCallError(tid);
  if (!isAwaited(spec)) return undefined;
  const { applicationId, callback, batch } = spec;
  const { call } = stored;
  const { outcome, completedAt } = call;
  const captured = await capturedDigits({ spec, call }, ports);
  const content = contentOf({ spec, call, digits: captured?.digits });
  const isUnproven = outcome.status === "error" && outcome.reason === "credential_rejected";
  const isErased = captured === undefined && hadDigits({ spec, call });
  return {
    subject,
    applicationId,
    batchId: batch?.id,
    callback,
    isUnproven,
    content,
    completedAt,
    sealedDigits: captured?.sealed,
    isErased,
  };
}

function contentOf(given: { spec: CallSpec; call: Completed; digits: string | undefined }): CallbackContent {
  const { spec, digits } = given;
  const { tid, to, reference, callback } = spec;
  const call = asCompleted(given.call);
  if (callback.shape !== undefined) return { id: tid, parameters: oldResultParameters({ spec, call, digits }) };
  if (callback.format !== "json") return resultContent({ tid, to, outcome: call.outcome, digits, reference });
  const data = { ...callAsSeen({ spec, call }), digits };
  return { id: tid, json: JSON.stringify({ type: "call.completed", data }) };
}

/** The counts of a completed batch, which never change: every attempt sends the same. */
async function batchResult(subject: Subject, { batches, lists }: DeliverablePorts): Promise<Deliverable | undefined> {
  const { id } = subject;
  const batch = await batches.find(id);
  if (batch === undefined) throw new UnknownBatchError(id);
  if (batch.callbackUrl === undefined) return undefined;
  const finished = await lists.finishedOf(id);
  if (finished.completed < batch.count) throw new UncountedBatchError(id);
  const { type, metadata, data } = completedEvent(batch, finished);
  const { acceptedAt: accepted_at, firstDialAt: first_dial_at, lastDialAt: last_dial_at, over } = batch;
  const payload = {
    batch_id: id,
    state: over === "cancelled" ? over : "completed",
    ...data,
    states: { queued: 0, live: 0, completed: batch.count },
    accepted_at,
    first_dial_at,
    last_dial_at,
    completed_at: metadata.time,
  };
  return {
    subject,
    applicationId: batch.applicationId,
    callback: { url: batch.callbackUrl, method: "POST", sealed: batch.sealedCallback },
    isUnproven: over === "credential_rejected",
    content: { id, json: JSON.stringify({ type, data: payload }) },
    completedAt: metadata.time,
  };
}
