/** How often each number was asked for, by the code the request was answered with. */
export type Tally = Readonly<Record<string, Readonly<Record<number, number>>>>;

/** How often calls were looked up, by the code that was answered. */
export type Lookups = Readonly<Record<number, number>>;

export class Requests {
  readonly #byNumber = new Map<string, Map<number, number>>();
  readonly #lookups = new Map<number, number>();

  count(number: string, code: number): void {
    const byCode = this.#byNumber.get(number) ?? new Map<number, number>();
    byCode.set(code, (byCode.get(code) ?? 0) + 1);
    this.#byNumber.set(number, byCode);
  }

  countLookup(code: number): void {
    this.#lookups.set(code, (this.#lookups.get(code) ?? 0) + 1);
  }

  lookups(): Lookups {
    return Object.fromEntries(this.#lookups);
  }

  tally(): Tally {
    return Object.fromEntries(Array.from(this.#byNumber, ([number, byCode]) => [number, Object.fromEntries(byCode)]));
  }
}
