import type { AcceptedBatch, RejectedRow } from "./api.ts";
import { credentialSecondsOf } from "./calls.ts";
import { NotNowError, RefusedError } from "./errors.ts";
import type { BatchParameters, NumberedRow } from "./row.ts";
import type { Send, Sleep } from "./transport.ts";

/** Room is looked for as often, however long it takes until all of it is there. */
const LOOK_AGAIN_SECONDS = 60;

/** What the service has said of rows: a row that is in neither list is to be offered again. */
export interface Said {
  readonly batch_id?: string;
  /** Numbers of rows, rising. */
  readonly accepted: readonly number[];
  readonly rejected: readonly RejectedRow[];
}

export interface Offer {
  readonly key: string;
  readonly chunk: readonly NumberedRow[];
  readonly parameters: BatchParameters;
  /** Who is asked to wait longer gives up. */
  readonly longestWaitSeconds: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Offers rows until the service has room for some of them, or has said that they are wrong.
 * @throws {NotNowError} it will have none for long
 * @throws {RefusedError} what is wrong is not in the rows
 * @throws {UnansweredError} nothing is known; the same offer is safe
 */
export async function offerRows(offer: Offer, { send, sleep }: { send: Send; sleep: Sleep }): Promise<Said> {
  const { key, chunk, parameters, longestWaitSeconds, signal } = offer;
  const text = JSON.stringify({ ...parameters, calls: chunk.map(({ row }) => row) });
  for (;;) {
    try {
      const answer = await send({
        method: "POST",
        path: "/call",
        body: { text, mediaType: "application/json" },
        idempotencyKey: key,
        credentialSeconds: credentialSecondsOf(parameters),
        signal,
      });
      return saidOf(answer.json as AcceptedBatch, chunk);
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      const refused = refusedRows(error, chunk);
      if (refused !== undefined) return { accepted: [], rejected: refused };
      if (!(error instanceof NotNowError)) throw error;
      const waitSeconds = error.retryAfterSeconds ?? LOOK_AGAIN_SECONDS;
      if (waitSeconds > longestWaitSeconds) throw error;
      await sleep(Math.min(waitSeconds, LOOK_AGAIN_SECONDS), signal);
    }
  }
}

function saidOf(answer: AcceptedBatch, chunk: readonly NumberedRow[]): Said {
  const accepted = answer.accepted.map(({ index }) => numberOf(index, chunk));
  const rejected = answer.rejected.filter(({ code }) => code !== "too_late");
  return { batch_id: answer.batch_id, accepted, rejected: rejected.map((row) => renumbered(row, chunk)) };
}

/** Of an answer that accepts none of them: the rows that are wrong, as far as it names them. */
export function refusedRows(error: RefusedError, chunk: readonly NumberedRow[]): RejectedRow[] | undefined {
  if (error.code === "no_longer_dialed") return chunk.map(({ number }) => ({ index: number, ...NO_LONGER_DIALED }));
  const { rejected = [] } = error.problem;
  return rejected.length === 0 ? undefined : rejected.map((row) => renumbered(row, chunk));
}

/** What is said of rows whose answer was lost, where it can no longer be asked for without calling people twice. */
export const unansweredRow = ({ number }: NumberedRow): RejectedRow => ({
  index: number,
  code: "unanswered",
  errors: [
    {
      field: "(the row)",
      wrong: "was sent a day ago or longer, and the answer was lost: it may have been accepted",
      expected: "a look at the batches of that time, before it is sent again",
    },
  ],
});

const NO_LONGER_DIALED = {
  code: "no_longer_dialed",
  errors: [
    {
      field: "(the row)",
      wrong: "was sent before, and not all of that batch was dialed before it expired",
      expected: "a look at the results that have come, before it is sent again",
    },
  ],
};

export const renumbered = (row: RejectedRow, chunk: readonly NumberedRow[]): RejectedRow => ({
  ...row,
  index: numberOf(row.index, chunk),
});

function numberOf(index: number, chunk: readonly NumberedRow[]): number {
  const row = chunk[index];
  if (row === undefined) throw new RangeError(`The service speaks of row ${index} of ${chunk.length}.`);
  return row.number;
}
