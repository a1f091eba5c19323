import type { BatchRecordSchema } from "@promptcall/core/records/batch";
import type { RecordOf } from "@promptcall/core/records/fields";

/** What is known of a batch, but for its calls. */
export type BatchRecord = RecordOf<typeof BatchRecordSchema>["batch"];

/** Why a batch was over before all of its calls were dialed. */
export type BatchEnd = NonNullable<BatchRecord["over"]>;

export interface Batches {
  /** What was written first stands. */
  add(batch: BatchRecord): Promise<void>;
  /** What a batch from before there were loops is missing. */
  adopt(id: string, missing: Required<Pick<BatchRecord, "owner" | "expiresAt" | "sealedCredential">>): Promise<void>;
  find(id: string): Promise<BatchRecord | undefined>;
  /** Says once why the batch is over: the first reason stands, and is what this answers. */
  end(id: string, reason: BatchEnd): Promise<BatchEnd>;
  pause(id: string, isPaused: boolean): Promise<void>;
}

/** How the completed calls of a batch have ended. */
export interface Finished {
  readonly completed: number;
  readonly statuses: Readonly<Record<string, number>>;
  readonly reasons: Readonly<Record<string, number>>;
  /** When the last of them was completed, ISO 8601. */
  readonly lastAt?: string;
}

/** Lists of what is on record; each may be a moment behind. */
export interface Lists {
  finishedOf(batchId: string): Promise<Finished>;
}
