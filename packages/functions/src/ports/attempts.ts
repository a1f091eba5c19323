import type { Attempt } from "@promptcall/core/idempotency";

/** How far a request has come, and how often that was written. */
export interface AttemptVersion {
  readonly attempt: Attempt;
  readonly revision: number;
}

/** Requests with an idempotency key, by application and key. */
export interface Attempts {
  read(name: { readonly applicationId: string; readonly key: string }): Promise<AttemptVersion | undefined>;
  /** Writes over the revision that was read, 0 for none; false when somebody else was quicker. */
  write(name: { readonly applicationId: string; readonly key: string }, version: AttemptVersion): Promise<boolean>;
}
