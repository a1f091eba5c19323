import type { RecordOf } from "@promptcall/core/contracts/records/fields";
import type { WaitingRecordSchema } from "@promptcall/core/contracts/records/waiting";

/** A single call that waits to be dialed. */
export type WaitingCallItem = RecordOf<typeof WaitingRecordSchema>;

/** Single calls that wait, by owner. */
export interface WaitingCalls {
  add(owner: string, item: WaitingCallItem): Promise<void>;
  /** Safe to repeat. */
  addAll(owner: string, items: readonly WaitingCallItem[]): Promise<void>;
  /** The first ones by time. */
  list(owner: string, limit: number): Promise<readonly WaitingCallItem[]>;
  remove(owner: string, item: Pick<WaitingCallItem, "tid" | "notBeforeMs">): Promise<void>;
}
