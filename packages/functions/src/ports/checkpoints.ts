/** How far a chain of messages has come, so that duplicate deliveries do not multiply. */
export interface Checkpoints {
  /** How far the chain with this key has come; 0 for an unknown key. */
  get(key: string): Promise<number>;
  /** Records how far it has come; never goes back. Whether it went ahead by this: of many, one is told so. */
  advance(key: string, hops: number): Promise<boolean>;
}
