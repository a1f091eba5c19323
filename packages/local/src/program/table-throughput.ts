/** What a table does at once, in DynamoDB's units: a write of up to 1 KB is one, and so is a consistent read of up to 4 KB. */
export interface Throughput {
  readUnitsPerSecond: number;
  writeUnitsPerSecond: number;
}

/**
 * Units that come back as time passes, up to those of one second. A request is let in while there are any, and what it
 * turns out to cost is taken: its size is known afterwards only, so there may be fewer than none.
 */
export class Units {
  readonly #perSecond: number;
  readonly #nowMs: () => number;
  #left: number;
  #countedAtMs: number;

  constructor({ perSecond, nowMs }: { perSecond: number; nowMs: () => number }) {
    this.#perSecond = perSecond;
    this.#nowMs = nowMs;
    this.#left = perSecond;
    this.#countedAtMs = nowMs();
  }

  get left(): number {
    const nowMs = this.#nowMs();
    const refilled = this.#left + ((nowMs - this.#countedAtMs) / 1_000) * this.#perSecond;
    this.#countedAtMs = nowMs;
    this.#left = Math.min(this.#perSecond, refilled);
    return this.#left;
  }

  take(units: number): void {
    this.#left -= units;
  }
}

/** The units of every table, from when it was made. */
export class Throughputs {
  readonly #undeclared: Throughput;
  readonly #nowMs: () => number;
  readonly #tables = new Map<string, { read: Units; write: Units }>();

  constructor({ undeclared, nowMs }: { undeclared: Throughput; nowMs: () => number }) {
    this.#undeclared = undeclared;
    this.#nowMs = nowMs;
  }

  add({ table, read, write }: { table: string; read?: number | undefined; write?: number | undefined }): void {
    const units = (perSecond: number) => new Units({ perSecond, nowMs: this.#nowMs });
    this.#tables.set(table, {
      read: units(read ?? this.#undeclared.readUnitsPerSecond),
      write: units(write ?? this.#undeclared.writeUnitsPerSecond),
    });
  }

  /** Undefined where there is no such table, which is for DynamoDB to say. */
  of({ table, kind }: { table: string; kind: "read" | "write" }): Units | undefined {
    return this.#tables.get(table)?.[kind];
  }
}
