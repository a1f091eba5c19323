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

export type ResultsFormat = "csv" | "json" | "ndjson";

/** Lines are made to be many, and a page of the longest ones is a third of what Lambda carries. */
export const PAGES: Record<ResultsFormat, { type: string; most: number; usual: number }> = {
  csv: { type: "text/csv; charset=utf-8", most: 2_000, usual: 2_000 },
  json: { type: "application/json", most: 100, usual: 25 },
  ndjson: { type: "application/x-ndjson", most: 2_000, usual: 2_000 },
};

export interface Page {
  readonly results: readonly CallResult[];
  readonly isFirst: boolean;
  readonly nextCursor: string | undefined;
}

export function pageBody({ results, isFirst, nextCursor }: Page, format: ResultsFormat): string {
  switch (format) {
    case "json":
      return JSON.stringify({ data: results, next_cursor: nextCursor });
    case "ndjson":
      return results.map((result) => `${JSON.stringify(result)}\n`).join("");
    case "csv": {
      // One file, when the pages are put together.
      const rows = [...(isFirst ? [COLUMNS] : []), ...results.map(rowOf)];
      return rows.map((row) => `${row.map(cellOf).join(",")}\r\n`).join("");
    }
    default:
      return format satisfies never;
  }
}

function rowOf(result: CallResult): readonly unknown[] {
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
