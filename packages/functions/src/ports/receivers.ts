/** Somebody who waits for a receiver: for a moment as they are, for longer in one of its places. */
export interface Visit {
  /** Takes a place, unless it has one already. False where there is none. */
  stay(): Promise<boolean>;
  /** Gives back the place, if one was taken. */
  leave(): Promise<void>;
}

/** Keeps those that wait for one receiver from taking every place there is to wait in. */
export interface Receivers {
  /** Lets one more begin to wait; or tells that all places are taken, for the moment or for long. */
  enter(receiver: string): Promise<Visit | "busy" | "slow">;
}
