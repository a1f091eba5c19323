export interface Clock {
  now(): Date;
}

/** A clock that can be waited for. Queues wait whole seconds; this is for what is left of one. */
export interface Alarm extends Clock {
  /** Resolves at that time, or at once when it is over; epoch ms. */
  reaches(timeMs: number): Promise<void>;
}
