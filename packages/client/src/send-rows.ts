import type { RejectedRow } from "./api.ts";
import { OtherRowsError } from "./errors.ts";
import type { CreatedBatch, Journal } from "./journal.ts";
import { type Offer, offerRows, unansweredRow } from "./offer-rows.ts";
import { progressOf } from "./progress.ts";
import { type NumberedRow, withoutSecrets } from "./row.ts";
import { written } from "./row-numbers.ts";
import { digestOf, RowReader } from "./row-reader.ts";
import { numbered, type Rows } from "./rows.ts";
import type { Send, Sleep } from "./transport.ts";

/** The service forgets a key after a day: nothing is sent again with one that it may have forgotten. */
const KEY_MS = 23 * 3_600_000;

/** What became of rows. */
export interface CreatedBatches {
  readonly accepted: number;
  /** Rows that are never called, by their number from 0. */
  readonly rejected: readonly RejectedRow[];
  readonly batches: readonly CreatedBatch[];
}

export interface SendRows extends Omit<Offer, "key" | "chunk"> {
  readonly rows: Rows;
  /** In one batch. */
  readonly mostRows: number;
  readonly journal: Journal;
  /** Called when some rows have been answered. */
  readonly onProgress: ((progress: CreatedBatches) => void) | undefined;
}

/**
 * Sends rows in batches, one after the other, and offers those again that came too late. What was sent and not answered goes
 * first, with its key, so that nobody is called twice.
 */
export async function sendRows(
  { rows, mostRows, journal, onProgress, ...offer }: SendRows,
  ports: { send: Send; sleep: Sleep; nowMs: () => number },
): Promise<CreatedBatches> {
  const before = progressOf(await journal.entries());
  const asked = { ...offer.parameters, defaults: withoutSecrets(offer.parameters.defaults ?? {}) };
  const digest = await digestOf(JSON.stringify({ ...asked, callback_secret: undefined }));
  if (before.digest === undefined) await journal.append({ type: "begun", v: 1, digest });
  else if (before.digest !== digest) throw new OtherRowsError("The journal was begun with other parameters.");
  const reader = new RowReader({ source: numbered(rows), before, mostRows });

  async function settle({ key, chunk, isOld }: { key: string; chunk: readonly NumberedRow[]; isOld: boolean }) {
    const said = isOld
      ? { accepted: [], rejected: chunk.map(unansweredRow) }
      : await offerRows({ ...offer, key, chunk }, ports);
    await journal.append({ type: "answered", key, ...said, accepted: written(said.accepted) });
    const settled = new Set([...said.accepted, ...said.rejected.map(({ index }) => index)]);
    reader.offerAgain(chunk.filter(({ number }) => !settled.has(number)));
    onProgress?.(createdOf(await journal.entries()));
  }

  const opened = await reader.readAgain();
  const { open } = before;
  if (open) await settle({ key: open.key, chunk: opened, isOld: ports.nowMs() - Date.parse(open.at) > KEY_MS });
  for (let chunk = await reader.take(); chunk.length > 0; chunk = await reader.take()) {
    const key = crypto.randomUUID();
    const at = new Date(ports.nowMs()).toISOString();
    const numbers = written(chunk.map(({ number }) => number));
    await journal.append({ type: "offered", key, rows: numbers, ...(await reader.mark()), at });
    await settle({ key, chunk, isOld: false });
  }
  return createdOf(await journal.entries());
}

function createdOf(entries: Parameters<typeof progressOf>[0]): CreatedBatches {
  const { accepted, rejected, batches } = progressOf(entries);
  return { accepted, rejected: rejected.toSorted((one, other) => one.index - other.index), batches };
}
