import type { RejectedRow } from "./api.ts";
import type { CreatedBatch, JournalEntry, Offered } from "./journal.ts";
import { read } from "./row-numbers.ts";

/** What a journal says. */
export interface Progress {
  /** Of how the batch was to be; none where nothing was begun. */
  readonly digest: string | undefined;
  /** Rows that need nothing more. */
  readonly settled: ReadonlySet<number>;
  readonly accepted: number;
  readonly batches: readonly CreatedBatch[];
  readonly rejected: readonly RejectedRow[];
  /** What was sent, and not answered. */
  readonly open: Offered | undefined;
  /** What had been read at each time. */
  readonly marks: readonly { readonly read: number; readonly digest: string }[];
}

/** How far the entries of a journal have come. */
export function progressOf(entries: readonly JournalEntry[]): Progress {
  const settled = new Set<number>();
  const batches: CreatedBatch[] = [];
  const marks: { read: number; digest: string }[] = [];
  let [digest, open]: [string | undefined, Progress["open"]] = [undefined, undefined];
  let accepted = 0;
  const rejected = entries.flatMap((entry) => {
    switch (entry.type) {
      case "begun":
        digest = entry.digest;
        return [];
      case "offered":
        open = entry;
        if (entry.read > (marks.at(-1)?.read ?? 0)) marks.push({ read: entry.read, digest: entry.digest });
        return [];
      case "answered": {
        open = undefined;
        const numbers = read(entry.accepted);
        accepted += numbers.length;
        for (const number of [...numbers, ...entry.rejected.map(({ index }) => index)]) settled.add(number);
        if (entry.batch_id !== undefined) batches.push({ batch_id: entry.batch_id, rows: entry.accepted });
        return entry.rejected;
      }
      default:
        return entry satisfies never;
    }
  });
  return { digest, settled, accepted, batches, rejected, open, marks };
}
