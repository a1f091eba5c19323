/** Remembers how far a message that has to wait was sent on, so that copies of it do not multiply on the way. */
export interface Hops {
  /** How many hops the message with this key is known to have made; 0 for one never heard of. */
  made(key: string): Promise<number>;
  /** Never goes back. */
  make(key: string, hops: number): Promise<void>;
}
