import type { SWEEP_REASONS } from "@promptcall/core/dialing/messages";

/** Why a batch was over before all of its calls were dialed. */
export type BatchEnd = (typeof SWEEP_REASONS)[number];

/** What is known of a batch, but for its calls. */
export interface BatchRecord {
  readonly id: string;
  readonly applicationId: string;
  readonly count: number;
  readonly acceptedAt: string;
  readonly firstDialAt: string;
  readonly lastDialAt: string;
  /** Whose loop it is in, and until when; absent from batches that were accepted before there were loops. */
  readonly owner?: string;
  readonly expiresAt?: string;
  /** Bound to the batch. */
  readonly sealedCredential?: string;
  readonly over?: BatchEnd;
  /** A copy: the loop knows better. */
  readonly paused?: true;
  /** Where the counts of the whole batch go when it is over. */
  readonly callbackUrl?: string;
}

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
