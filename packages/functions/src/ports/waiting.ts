import type { RecordOf } from "@promptcall/core/records/fields";
import type { WaitingRecordSchema } from "@promptcall/core/records/waiting";

/** A single call that waits to be dialed. */
export type WaitingItem = RecordOf<typeof WaitingRecordSchema>;

/** Single calls that wait, by owner. */
export interface Waiting {
  add(owner: string, item: WaitingItem): Promise<void>;
  /** The first ones by their times, so many of them. */
  list(owner: string, limit: number): Promise<readonly WaitingItem[]>;
  remove(owner: string, item: Pick<WaitingItem, "tid" | "notBeforeMs">): Promise<void>;
}
