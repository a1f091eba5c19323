/** How many calls there are to each number: E.164, without `+`. */
export type CallsByNumber = ReadonlyMap<string, number>;

export interface Counted {
  /** How many of the calls there was room for. */
  readonly rooms: CallsByNumber;
  /** The numbers that came to their limit by these: no more calls are taken until the hour is over. */
  readonly full: readonly string[];
  /** For calls that are not made after all. */
  giveBack(calls: CallsByNumber): Promise<void>;
}

export type CountedOfApplication =
  | { readonly kind: "counted"; readonly isFull: boolean; giveBack(calls: number): Promise<void> }
  | { readonly kind: "no_room"; readonly left: number };

/** How many calls were accepted in this hour to each number, and in this day for each application. */
export interface GuardCounts {
  /** Counts calls as far as there is room for them. */
  addToNumbers(calls: CallsByNumber, limit: number): Promise<Counted>;
  /** The room there is for them, without counting. */
  roomOfNumbers(calls: CallsByNumber, limit: number): Promise<CallsByNumber>;
  /** Counts all of the calls, or none. */
  addToApplication(
    applicationId: string,
    given: { readonly calls: number; readonly limit: number },
  ): Promise<CountedOfApplication>;
  /** How many more it may ask for, without counting. */
  leftOfApplication(applicationId: string, limit: number): Promise<number>;
}
