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
  failed(receiver: string, given: { readonly at: string; readonly toldFrom: number }): Promise<Streak | undefined>;
  /** Ends the streak. Gives it if it has been told of, unless somebody else has got it. */
  succeeded(receiver: string): Promise<Streak | undefined>;
  /** It could not be told after all: what comes next is to be told again. */
  untold(receiver: string, untold: { readonly streak: Streak; readonly of: "failing" | "recovered" }): Promise<void>;
}
