import type { Estimate, RejectedRow } from "./api.ts";
import { RefusedError } from "./errors.ts";
import { refusedRows, renumbered } from "./offer-rows.ts";
import type { BatchParameters, NumberedRow } from "./row.ts";
import { RowReader } from "./row-reader.ts";
import { numbered, type Rows } from "./rows.ts";
import type { Send } from "./transport.ts";

/** What would become of rows. */
export interface CheckedRows {
  /** Rows that were looked at. */
  readonly count: number;
  /** Of each batch that they would be sent in. Those of later ones know nothing of the earlier ones. */
  readonly estimates: readonly Estimate[];
  /** The rows that are wrong, by their number from 0: of each batch, the first 100. */
  readonly rejected: readonly RejectedRow[];
  readonly rejectedCount: number;
}

interface CheckRows {
  readonly rows: Rows;
  readonly parameters: BatchParameters;
  readonly mostRows: number;
  readonly signal?: AbortSignal | undefined;
}

/** Has the service look at rows, and call nobody. */
export async function checkRows({ rows, mostRows, ...asked }: CheckRows, send: Send): Promise<CheckedRows> {
  const reader = new RowReader({ source: numbered(rows), before: NOTHING, mostRows });
  const checks: Checked[] = [];
  for (let chunk = await reader.take(); chunk.length > 0; chunk = await reader.take())
    checks.push(await checkChunk({ ...asked, chunk }, send));
  return {
    count: reader.read,
    estimates: checks.flatMap(({ estimate }) => estimate ?? []),
    rejected: checks.flatMap(({ rejected }) => rejected),
    rejectedCount: checks.reduce((sum, { rejectedCount }) => sum + rejectedCount, 0),
  };
}

const NOTHING = { settled: new Set<number>(), open: undefined, marks: [] };

interface Checked {
  readonly estimate?: Estimate;
  readonly rejected: readonly RejectedRow[];
  readonly rejectedCount: number;
}

async function checkChunk(
  { chunk, parameters, signal }: Omit<CheckRows, "rows" | "mostRows"> & { chunk: readonly NumberedRow[] },
  send: Send,
): Promise<Checked> {
  const text = JSON.stringify({ ...parameters, dry_run: true, calls: chunk.map(({ row }) => row) });
  try {
    const answer = await send({ method: "POST", path: "/call", body: { text, mediaType: "application/json" }, signal });
    const estimate = answer.json as Estimate;
    const { rejected = [], rejected_count: rejectedCount = 0 } = estimate;
    return { estimate, rejected: rejected.map((row) => renumbered(row, chunk)), rejectedCount };
  } catch (error) {
    // Where all of them are wrong, there is nothing to estimate.
    const rejected = error instanceof RefusedError ? refusedRows(error, chunk) : undefined;
    if (!(error instanceof RefusedError) || rejected === undefined) throw error;
    return { rejected, rejectedCount: error.problem.rejected_count ?? rejected.length };
  }
}
