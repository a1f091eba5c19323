const START_MS = Date.UTC(2026, 0, 1);

/** What is to be done, one after the other, in virtual time. */
export class Timeline {
  #nowMs = START_MS;
  readonly #due: { readonly atMs: number; readonly run: () => Promise<unknown> }[] = [];
  /** Time stands still in an invocation: each call that it dials is in its moment. */
  readonly clock = { now: () => new Date(this.#nowMs), waitUntil: async () => {} };

  get nowMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, run: () => Promise<unknown>): void {
    const atMs = this.#nowMs + delayMs;
    const later = this.#due.findIndex((other) => other.atMs > atMs);
    this.#due.splice(later < 0 ? this.#due.length : later, 0, { atMs, run });
  }

  async run(): Promise<void> {
    for (let next = this.#due.shift(); next !== undefined; next = this.#due.shift()) {
      this.#nowMs = next.atMs;
      await next.run();
    }
  }
}
