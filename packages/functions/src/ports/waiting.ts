/** A single call that waits to be dialed. */
export interface WaitingItem {
  readonly tid: string;
  readonly notBeforeMs: number;
  /** Bound to the call. */
  readonly sealedCredential: string;
}

/** Single calls that wait, by owner. */
export interface Waiting {
  add(owner: string, item: WaitingItem): Promise<void>;
  /** The first ones by their times, so many of them. */
  list(owner: string, limit: number): Promise<readonly WaitingItem[]>;
  remove(owner: string, item: Pick<WaitingItem, "tid" | "notBeforeMs">): Promise<void>;
}
