import type { ProofRecord } from "@promptcall/core/contracts/records/proof";

/** What is remembered of credentials that only the carrier can judge, each by its keyed hash. */
export interface Proofs {
  read(hash: string): Promise<ProofRecord | undefined>;
  /** Without `next` it is forgotten. False when somebody else has changed it since it was read. */
  write(
    hash: string,
    given: { readonly seen: ProofRecord | undefined; readonly next: ProofRecord | undefined },
  ): Promise<boolean>;
}

/** How many questions about credentials there have been. */
export interface Questions {
  /** Counts one more within this second; false when there were so many already. */
  count(given: { readonly scope: string; readonly atMs: number; readonly most: number }): Promise<boolean>;
}
