import { OtherRowsError } from "./errors.ts";
import type { Progress } from "./progress.ts";
import { type NumberedRow, withoutSecrets } from "./row.ts";
import { read } from "./row-numbers.ts";

/** What the service takes, less what is around the rows. */
const MOST_BYTES = 4_000_000;

/** What became of the rows before. */
type Before = Pick<Progress, "settled" | "open" | "marks">;

/** Reads rows once, in their order, and hands them out until they are settled. */
export class RowReader {
  readonly #source: AsyncIterator<NumberedRow, void>;
  readonly #before: Before;
  readonly #mostRows: number;
  /** Read, and to be offered; by their numbers. */
  #waiting: NumberedRow[] = [];
  #read = 0;
  #digest = "";
  /** Of rows that are not in the digest yet. */
  #fresh: string[] = [];

  constructor(given: { source: AsyncIterable<NumberedRow, void>; before: Before; mostRows: number }) {
    this.#source = given.source[Symbol.asyncIterator]();
    this.#before = given.before;
    this.#mostRows = given.mostRows;
  }

  /**
   * Reads again what was read before the journal ended, and gives back what was sent and not answered.
   * @throws {OtherRowsError} these are other rows
   */
  async readAgain(): Promise<NumberedRow[]> {
    const { marks, settled, open } = this.#before;
    const openNumbers = new Set(open ? read(open.rows) : []);
    const opened: NumberedRow[] = [];
    for (const mark of marks) {
      while (this.#read < mark.read) {
        const row = await this.#next();
        if (row === undefined)
          throw new OtherRowsError(`There were ${mark.read} rows, and now there are ${this.#read}.`);
        if (openNumbers.has(row.number)) opened.push(row);
        else if (!settled.has(row.number)) this.#waiting.push(row);
      }
      const { digest } = await this.mark();
      if (digest !== mark.digest)
        throw new OtherRowsError(
          `The rows before number ${mark.read} are not those that were sent. Use another journal.`,
        );
    }
    return opened;
  }

  /** The next rows to be offered: those that wait first. None when there are no more. */
  async take(): Promise<NumberedRow[]> {
    const taken: NumberedRow[] = [];
    let bytes = 0;
    while (taken.length < this.#mostRows) {
      const row = this.#waiting.shift() ?? (await this.#next());
      if (row === undefined) break;
      bytes += sizeOf(row);
      if (bytes > MOST_BYTES && taken.length > 0) {
        this.#waiting.unshift(row);
        break;
      }
      taken.push(row);
    }
    return taken;
  }

  offerAgain(rows: readonly NumberedRow[]): void {
    this.#waiting = [...this.#waiting, ...rows].toSorted((one, other) => one.number - other.number);
  }

  /** How many rows have been read. */
  get read(): number {
    return this.#read;
  }

  /** How many rows have been read, and a digest of them all. */
  async mark(): Promise<{ read: number; digest: string }> {
    if (this.#fresh.length > 0) this.#digest = await digestOf(`${this.#digest}\n${this.#fresh.join("\n")}`);
    this.#fresh = [];
    return { read: this.#read, digest: this.#digest };
  }

  async #next(): Promise<NumberedRow | undefined> {
    const { done, value } = await this.#source.next();
    if (done || value === undefined) return undefined;
    this.#read += 1;
    this.#fresh.push(JSON.stringify(withoutSecrets(value.row)));
    return value;
  }
}

const encoder = new TextEncoder();

const sizeOf = ({ row }: NumberedRow) => encoder.encode(JSON.stringify(row)).length + 1;

export async function digestOf(text: string): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", encoder.encode(text)));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
