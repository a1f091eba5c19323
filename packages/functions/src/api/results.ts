import type { CallResult } from "./status.ts";

const COLUMNS = [
  "index",
  "tid",
  "to",
  "reference",
  "state",
  "status",
  "reason",
  "attempts",
  "uuid",
  "accepted_at",
  "dialed_at",
  "answered_at",
  "completed_at",
  "duration_seconds",
  "price",
] as const;

export type ResultsFormat = "csv" | "ndjson";

export const MEDIA_TYPES: Record<ResultsFormat, string> = {
  csv: "text/csv; charset=utf-8",
  ndjson: "application/x-ndjson",
};

/** The results as a body that is made while it is sent. */
export function resultsBody(results: AsyncIterable<CallResult>, format: ResultsFormat): ReadableStream<Uint8Array> {
  return ReadableStream.from(linesOf(results, format)).pipeThrough(new TextEncoderStream());
}

async function* linesOf(results: AsyncIterable<CallResult>, format: ResultsFormat): AsyncIterable<string> {
  if (format === "csv") yield `${COLUMNS.join(",")}\r\n`;
  for await (const result of results)
    yield format === "csv" ? `${rowOf(result).map(cellOf).join(",")}\r\n` : `${JSON.stringify(result)}\n`;
}

function rowOf(result: CallResult): unknown[] {
  const { attempts, ...fields } = result;
  const cells: Record<string, unknown> = { ...fields, attempts: attempts.length };
  return COLUMNS.map((column) => cells[column]);
}

/** As RFC 4180 has it; what a spreadsheet would take for a formula is kept from being one. */
function cellOf(value: unknown): string {
  const text = value === undefined ? "" : String(value);
  const harmless = typeof value === "string" && /^[=@\t\r]|^[+-](?!\d+$)/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
