/** What waits for its turn, the oldest first. */
export class Backlog<Item> {
  #items: Item[] = [];
  #since: number[] = [];
  #head = 0;

  get size(): number {
    return this.#items.length - this.#head;
  }

  /** How long the first one has waited. */
  oldestMs(nowMs: number): number {
    return this.size === 0 ? 0 : nowMs - (this.#since[this.#head] ?? nowMs);
  }

  push(item: Item, nowMs: number): void {
    this.#items.push(item);
    this.#since.push(nowMs);
  }

  take(most: number): readonly Item[] {
    const taken = this.#items.slice(this.#head, this.#head + most);
    this.#head += taken.length;
    if (this.#head > 65_536 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#since = this.#since.slice(this.#head);
      this.#head = 0;
    }
    return taken;
  }
}
