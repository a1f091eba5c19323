import { type CallInBatch, type CreatedBatches, type Promptcall, rowNumbers } from "promptcall";
import type { Line } from "./read-table.ts";

const HEADS = ["line", "status", "reason", "reference", "tid", "not_redialed"];

/** The results of all rows, as a table beside the one that was sent, and how many ended with each status. */
export async function resultsAsCsv(given: {
  batches: Promptcall["batches"];
  created: CreatedBatches;
  lines: readonly Line[];
  signal: AbortSignal;
}): Promise<{ csv: string; statuses: Record<string, number> }> {
  const { batches, created, lines, signal } = given;
  const results = new Map<number, readonly string[]>();
  const statuses: Record<string, number> = {};
  const put = (number: number, cells: readonly string[]) => {
    const [status = ""] = cells;
    statuses[status] = (statuses[status] ?? 0) + 1;
    results.set(number, cells);
  };
  for (const { batch_id: id, rows } of created.batches) {
    const calls: { readonly index: number; readonly cells: readonly string[] }[] = [];
    for await (const call of batches.results(id, { signal }))
      calls.push({ index: call.index ?? 0, cells: cellsOf(call) });
    // They come by priority. By their index they are in the order of the rows, without those that were rejected.
    const inOrder = calls.toSorted((one, other) => one.index - other.index);
    const numbers = rowNumbers(rows);
    for (const [place, { cells }] of inOrder.entries()) put(numbers[place] ?? -1, cells);
  }
  for (const { index, code = "wrong" } of created.rejected) put(index, ["rejected", code, "", "", ""]);
  const table = lines.map(({ line }, number) => [String(line), ...(results.get(number) ?? [])]);
  const csv = [HEADS, ...table].map((cells) => cells.map(quoted).join(",")).join("\r\n");
  return { csv: `${csv}\r\n`, statuses };
}

const cellsOf = ({ status, state, reason, reference, tid, not_redialed: why }: CallInBatch) => [
  status ?? state,
  reason ?? "",
  reference ?? "",
  tid,
  why ?? "",
];

/** A spreadsheet takes a cell that begins so for a formula: https://owasp.org/www-community/attacks/CSV_Injection */
const FORMULA = /^[=+\-@\t\r]/;

function quoted(cell: string): string {
  const safe = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",\r\n']/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
