import type { Receiver } from "@promptcall/core/callbacks/bulkhead";

/** Leave to wait for a receiver: briefly as it is, longer only while a permit is held. */
export interface BulkheadPermit {
  /** Holds a permit from now on, unless it does already. False when none is free. */
  hold(): Promise<boolean>;
  /** Releases the permit, if one is held. */
  release(): Promise<void>;
}

/** Keeps one slow receiver from occupying every invocation. */
export interface Bulkhead {
  /** Lets one more request begin, or says that all permits are held: `busy` for a moment, `slow` for longer. */
  tryAcquire(receiver: Receiver): Promise<BulkheadPermit | "busy" | "slow">;
}
