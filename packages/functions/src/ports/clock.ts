export interface Clock {
  now(): Date;
}

/** A clock that can be waited for: queues delay whole seconds, this waits for the rest. */
export interface TimerClock extends Clock {
  /** Resolves at that time, or at once if it has passed; epoch ms. */
  waitUntil(timeMs: number): Promise<void>;
}
