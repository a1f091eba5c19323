import type { BatchRecordSchema } from "@promptcall/core/contracts/records/batch";
import type { RecordOf } from "@promptcall/core/contracts/records/fields";

/** What is known of a batch, apart from its calls. */
export type BatchRecord = RecordOf<typeof BatchRecordSchema>["batch"];

/** Why a batch was over before all its calls were dialed. */
export type BatchEnd = NonNullable<BatchRecord["over"]>;

export interface Batches {
  /** Overwrites nothing of an existing batch. An older function may have added it: it gets the fields that it lacks. */
  add(batch: BatchRecord): Promise<void>;
  /** Adds the fields that a batch from before there were loops lacks. */
  adopt(id: string, missing: Required<Pick<BatchRecord, "owner" | "expiresAt" | "sealedCredential">>): Promise<void>;
  find(id: string): Promise<BatchRecord | undefined>;
  /** Records why the batch is over, and returns the reason that was recorded first. */
  end(id: string, reason: BatchEnd): Promise<BatchEnd>;
  /** Erases the credential of a batch whose calls are all over. */
  eraseCredential(id: string): Promise<void>;
  pause(id: string, isPaused: boolean): Promise<void>;
}

/** Counts of a batch's completed calls. */
export interface Finished {
  readonly completed: number;
  readonly statuses: Readonly<Record<string, number>>;
  readonly reasons: Readonly<Record<string, number>>;
  /** When the last of them was completed, ISO 8601. */
  readonly lastAt?: string;
}

/** Lists from an index, which may be a moment behind. */
export interface Lists {
  finishedOf(batchId: string): Promise<Finished>;
}
