/** A message in a dead-letter queue. */
export interface DeadMessage {
  readonly id: string;
  readonly receipt: string;
  readonly body: string;
}

export interface DeadLetters {
  /** Receives some messages and hides them from others; none when there are no more. */
  receive(): Promise<readonly DeadMessage[]>;
  remove(message: DeadMessage): Promise<void>;
  release(messages: readonly DeadMessage[]): Promise<void>;
}
