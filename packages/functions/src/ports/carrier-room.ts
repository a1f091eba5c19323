/** What the carrier has room for besides dialing, by owner of a loop: the requests about calls that there are. */
export interface CarrierRoom {
  /** Takes a moment at which one such request may be made; undefined when there is none until then. Epoch ms. */
  take(owner: string, byMs: number): Promise<number | undefined>;
}
