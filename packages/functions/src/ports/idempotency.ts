import type { IdempotencyRecord } from "@promptcall/core/acceptance/idempotency";

/** An idempotency record and its revision. */
export interface VersionedIdempotencyRecord {
  readonly record: IdempotencyRecord;
  readonly revision: number;
}

/** Idempotency records, by application and key. */
export interface IdempotencyRecords {
  read(name: { readonly applicationId: string; readonly key: string }): Promise<VersionedIdempotencyRecord | undefined>;
  /** Writes over the revision that was read (0 for none); false when another writer was quicker. */
  write(
    name: { readonly applicationId: string; readonly key: string },
    version: VersionedIdempotencyRecord,
  ): Promise<boolean>;
}
