/** What has come for whom, and a way to wait for the first of it. */
export class Inbox<Item> {
  readonly #items = new Map<string, Item[]>();
  readonly #first = new Map<string, PromiseWithResolvers<Item>>();

  put(key: string, item: Item): void {
    this.#items.set(key, [...this.all(key), item]);
    this.#awaited(key).resolve(item);
  }

  all(key: string): readonly Item[] {
    return this.#items.get(key) ?? [];
  }

  /** How many have come. */
  get size(): number {
    return this.#items.values().reduce((all, { length }) => all + length, 0);
  }

  first(key: string): Promise<Item> {
    return this.#awaited(key).promise;
  }

  #awaited(key: string): PromiseWithResolvers<Item> {
    const awaited = this.#first.get(key) ?? Promise.withResolvers<Item>();
    this.#first.set(key, awaited);
    return awaited;
  }
}
