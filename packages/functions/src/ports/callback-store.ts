import type { CallbackAttempt, CallbackRecordSchema } from "@promptcall/core/records/callback";
import type { RecordOf } from "@promptcall/core/records/fields";

export type CallbackRecord = RecordOf<typeof CallbackRecordSchema>;

export interface CallbackStore {
  read(tid: string): Promise<CallbackRecord>;
  /** Those of the calls whose result somebody has tried to deliver; may be a moment behind. */
  heardOf(tids: readonly string[]): Promise<ReadonlySet<string>>;
  /** The record with the attempt on it. One that was delivered stays so, whatever state is given. */
  add(tid: string, attempt: CallbackAttempt, state: CallbackRecord["state"]): Promise<CallbackRecord>;
}
