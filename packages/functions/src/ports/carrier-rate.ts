/** The carrier's rate limit for requests about existing calls, by owner. */
export interface CarrierRate {
  /** Reserves the slot of one request; undefined when none is free by then. Epoch ms. */
  reserve(owner: string, byMs: number): Promise<number | undefined>;
}
