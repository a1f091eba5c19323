/** How far an eventually consistent read may be behind. */
export interface Lag {
  /** Epoch ms. */
  now(): number;
  /** Whether a read now misses a write of this age. */
  misses(ageMs: number): boolean;
}

export const NO_LAG: Lag = { now: () => 0, misses: () => false };

interface Written {
  readonly text: string;
  readonly atMs: number;
  /** What it was before. */
  readonly before: string | undefined;
  /** When the table forgets it, where that is soon; epoch ms. */
  readonly untilMs: number;
}

/** Items of one kind, stored as text, so that callers get copies, as from the real table. */
export class Items<Item> {
  readonly #written = new Map<string, Written>();
  readonly #lag: Lag;

  constructor(lag: Lag) {
    this.#lag = lag;
  }

  /** It is kept for as long as it was before, unless it is said. */
  set(key: string, item: Item, { untilMs }: { untilMs?: number } = {}): void {
    const known = this.#written.get(key);
    this.#written.set(key, {
      text: JSON.stringify(item),
      atMs: this.#lag.now(),
      before: known?.text,
      untilMs: untilMs ?? known?.untilMs ?? Number.POSITIVE_INFINITY,
    });
  }

  /** As it was written last, where it is still there at that time. */
  get(key: string, { atMs = 0 }: { atMs?: number } = {}): Item | undefined {
    const written = this.#written.get(key);
    return written === undefined || written.untilMs <= atMs ? undefined : parsed(written.text);
  }

  delete(key: string): void {
    this.#written.delete(key);
  }

  /** An eventually consistent read, which may miss the last write. */
  readStale(key: string): Item | undefined {
    const written = this.#written.get(key);
    if (written === undefined) return undefined;
    return parsed(this.#lag.misses(this.#lag.now() - written.atMs) ? written.before : written.text);
  }

  keys(): Iterable<string> {
    return this.#written.keys();
  }

  all(): readonly Item[] {
    return [...this.texts()].map((text) => JSON.parse(text));
  }

  /** What is still there at that time. */
  *texts({ atMs = 0 }: { atMs?: number } = {}): Iterable<string> {
    for (const { text, untilMs } of this.#written.values()) if (untilMs > atMs) yield text;
  }
}

function parsed<Item>(text: string | undefined): Item | undefined {
  return text === undefined ? undefined : (JSON.parse(text) as Item);
}
