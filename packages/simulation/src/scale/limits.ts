/** The gateway's token bucket. Whoever is turned away comes again, and is let in as soon as there is a token. */
export class Gateway {
  readonly #requestsPerSecond: number;
  readonly #burst: number;
  #tokens: number;
  #atMs = 0;

  constructor({ requestsPerSecond, burst }: { requestsPerSecond: number; burst: number }) {
    this.#requestsPerSecond = requestsPerSecond;
    this.#burst = burst;
    this.#tokens = burst;
  }

  admits(nowMs: number): boolean {
    this.#tokens = Math.min(this.#burst, this.#tokens + ((nowMs - this.#atMs) / 1000) * this.#requestsPerSecond);
    this.#atMs = nowMs;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}

const WINDOW_MS = 1000;

/** The carrier's limit: so many calls of one application in any second. What it refuses does not count. */
export class CarrierLimit {
  readonly #perSecond: number;
  /** The last admissions of each application, in turn. */
  readonly #admittedMs: Float64Array;
  readonly #next: Uint32Array;

  constructor({ perSecond, applications }: { perSecond: number; applications: number }) {
    this.#perSecond = perSecond;
    this.#admittedMs = new Float64Array(applications * perSecond).fill(Number.NEGATIVE_INFINITY);
    this.#next = new Uint32Array(applications);
  }

  admits(application: number, nowMs: number): boolean {
    const turn = this.#next[application] ?? 0;
    const slot = application * this.#perSecond + turn;
    if (nowMs - (this.#admittedMs[slot] ?? 0) < WINDOW_MS) return false;
    this.#admittedMs[slot] = nowMs;
    this.#next[application] = (turn + 1) % this.#perSecond;
    return true;
  }
}
