import type { Loop } from "@promptcall/core/dialing/loop";

/** The dial loops, by owner. Reads are of what was written last. */
export interface Loops {
  read(owner: string): Promise<Loop>;
  /**
   * Writes all of `next` but its arrivals over the version that was seen, with `arrives` for one arrival more, and with
   * `overArrivals` only if none has come since; false when somebody else was quicker.
   */
  write(
    owner: string,
    change: {
      readonly seen: Loop;
      readonly next: Loop;
      readonly arrives?: boolean;
      readonly overArrivals?: boolean;
    },
  ): Promise<boolean>;
  /** Counts one more arrival, if the next step comes no later than that; false when it does not. */
  arrive(owner: string, dueByMs: number): Promise<boolean>;
}
