import type { Priority } from "@promptcall/core/contracts/priority";
import type { RecordOf } from "@promptcall/core/contracts/records/fields";
import type { WaitingRecordSchema } from "@promptcall/core/contracts/records/waiting";

/** A single call that waits to be dialed. */
export type WaitingCallItem = RecordOf<typeof WaitingRecordSchema>;

/** Single calls that wait, by owner. */
export interface WaitingCalls {
  add(owner: string, item: WaitingCallItem): Promise<void>;
  /** Safe to repeat. */
  addAll(owner: string, items: readonly WaitingCallItem[]): Promise<void>;
  /** The first ones of a priority by time; of the normal one, where none is said. */
  list(owner: string, wanted: { limit: number; priority?: Priority }): Promise<readonly WaitingCallItem[]>;
  /** Leaves an item that another step has written since. */
  remove(owner: string, item: Pick<WaitingCallItem, "tid" | "notBeforeMs" | "priority" | "writtenBy">): Promise<void>;
}
