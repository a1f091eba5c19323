/** Deliveries to one receiver that have failed one after the other. */
export interface Streak {
  readonly failures: number;
  /** When the first of them was made. */
  readonly since: string;
}

/**
 * How many deliveries to each receiver have failed in a row. What changes is given to one caller alone, who has to tell
 * of it.
 */
export interface ReceiverStreaks {
  /** Counts one more. Gives the streak once it is so long, unless somebody else has got it. */
  failed(receiver: string, given: { readonly at: string; readonly publishFrom: number }): Promise<Streak | undefined>;
  /** Ends the streak. Gives it if it was published, unless somebody else has got it. */
  succeeded(receiver: string): Promise<Streak | undefined>;
  /** It was not published after all: what comes next is to be published again. */
  publishFailed(
    receiver: string,
    failed: { readonly streak: Streak; readonly of: "failing" | "recovered" },
  ): Promise<void>;
}
