import type { CallResult } from "@promptcall/core/call/call-as-seen";

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
  "choice",
  "not_redialed",
] as const;

export type ResultsFormat = "csv" | "json" | "ndjson";

/** The largest page of the longest lines is a third of what Lambda carries. */
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
      // Only the first page has a header, so that joined pages are one file.
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

/** Quoted as in RFC 4180. A text that a spreadsheet would run as a formula gets an apostrophe. */
function cellOf(value: unknown): string {
  const text = value === undefined ? "" : String(value);
  const harmless = typeof value === "string" && /^[=@\t\r]|^[+-](?!\d+$)/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
