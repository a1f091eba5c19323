import type { CallbackRecordSchema, DeliveryAttempt } from "@promptcall/core/contracts/records/callback";
import type { RecordOf } from "@promptcall/core/contracts/records/fields";
import type { Glance } from "./call-store.ts";

export type CallbackRecord = RecordOf<typeof CallbackRecordSchema>;

export interface CallbackStore {
  read(tid: string, glance?: Glance): Promise<CallbackRecord>;
  /** Of those that there are and that can be read; may be a moment behind. */
  find(tids: readonly string[]): Promise<ReadonlyMap<string, CallbackRecord>>;
  /** The calls that have a delivery attempt on record; may be a moment behind. */
  deliveryAttempted(tids: readonly string[]): Promise<ReadonlySet<string>>;
  /** Adds an attempt and returns the record. A delivered record stays delivered. */
  add(tid: string, attempt: DeliveryAttempt, state: CallbackRecord["state"]): Promise<CallbackRecord>;
}
