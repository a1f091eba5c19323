/** A message that nobody takes from its queue by itself. */
export interface DeadLetter {
  readonly id: string;
  readonly receipt: string;
  readonly body: string;
}

export interface DeadLetters {
  /** Some that are not held by anybody, and are held from now on; none when there are no more. */
  receive(): Promise<readonly DeadLetter[]>;
  remove(letter: DeadLetter): Promise<void>;
  release(letters: readonly DeadLetter[]): Promise<void>;
}
