/** Sealed digits of results that are parked. They go when the dead letter of such a result does. */
export interface ParkedDigits {
  /** Keeps them from now on; safe to repeat. */
  keep(tid: string, sealed: string): Promise<void>;
  /** Undefined where there are none, or none any more. */
  find(tid: string): Promise<string | undefined>;
  /** Nothing where there are none. */
  erase(tid: string): Promise<void>;
}
