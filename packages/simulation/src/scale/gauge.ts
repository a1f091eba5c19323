const NOTHING = { api: 0, webhooks: 0, consumers: 0, all: 0 };

/** How many invocations there are at the same time, and were at the most. */
export class Gauge {
  peak = { ...NOTHING };
  readonly #running = { ...NOTHING };

  take(name: "api" | "webhooks" | "consumers"): void {
    for (const counted of [name, "all"] as const) {
      this.#running[counted] += 1;
      this.peak[counted] = Math.max(this.peak[counted], this.#running[counted]);
    }
  }

  release(name: "api" | "webhooks" | "consumers"): void {
    this.#running[name] -= 1;
    this.#running.all -= 1;
  }

  /** Measures anew. */
  forget(): void {
    this.peak = { ...this.#running };
  }
}
