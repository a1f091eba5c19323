import type { RejectedRow } from "./api.ts";
import type { RowNumbers } from "./row-numbers.ts";

/** Rows are to be sent. It is written before they are. */
export interface Offered {
  readonly type: "offered";
  /** The idempotency key of the request. */
  readonly key: string;
  readonly rows: RowNumbers;
  /** How many rows have been read by now, and what they were, PINs and secrets apart. */
  readonly read: number;
  readonly digest: string;
  /** ISO 8601 */
  readonly at: string;
}

/** What the service has said of them. Rows that are in neither list are offered again. */
interface Answered {
  readonly type: "answered";
  readonly key: string;
  /** Where some were accepted. */
  readonly batch_id?: string;
  readonly accepted: RowNumbers;
  readonly rejected: readonly RejectedRow[];
}

/** One line of a journal. It holds no PIN, no text and no number of a phone. */
export type JournalEntry = { readonly type: "begun"; readonly v: 1; readonly digest: string } | Offered | Answered;

/**
 * Where it is kept how far rows have been sent. Whoever brings the same journal again goes on where it ends, and calls nobody
 * twice. `fileJournal` of `promptcall/file-journal` keeps it in a file; a table does as well.
 *
 * @example
 * const entries: JournalEntry[] = [];
 * const journal: Journal = { entries: async () => entries, append: async (entry) => void entries.push(entry) };
 */
export interface Journal {
  /** All that was appended, in that order; none for one that is new. */
  entries(): Promise<readonly JournalEntry[]>;
  /** Returns when the entry is sure to be there after a crash. */
  append(entry: JournalEntry): Promise<void>;
}

/** A journal for those who bring none: it ends with the process. */
export function memoryJournal(): Journal {
  const entries: JournalEntry[] = [];
  return {
    entries: async () => entries,
    append: async (entry) => {
      entries.push(entry);
    },
  };
}

/** A batch at the service, and which rows are in it. */
export interface CreatedBatch {
  readonly batch_id: string;
  /** The numbers of its rows from 0, as `0-9999,10002`. */
  readonly rows: RowNumbers;
}
