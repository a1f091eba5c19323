import type { Priority } from "@promptcall/core/contracts/priority";
import type { Loop } from "@promptcall/core/dialing/loop";

/** The dial loops, by owner. Reads are consistent. */
export interface Loops {
  read(owner: string): Promise<Loop>;
  /**
   * Writes `next`, except its arrivals, over the version that was read. `arrives` counts one more arrival of that
   * priority; `overArrivals` also requires that none has come since. False when another writer was quicker.
   */
  write(
    owner: string,
    change: {
      readonly seen: Loop;
      readonly next: Loop;
      readonly arrives?: Priority | undefined;
      readonly overArrivals?: boolean;
    },
  ): Promise<boolean>;
  /** Counts one more arrival if the next step is due by then; false otherwise. */
  arrive(owner: string, arrival: { dueByMs: number; priority: Priority }): Promise<boolean>;
}
