import { PromptcallError, type Row } from "promptcall";
import { csvRows } from "promptcall/csv";
import { UsageError } from "./errors.ts";

/** A row of a file, and the line on which it ends. */
export interface Line {
  readonly row: Row;
  readonly line: number;
}

/** The rows of a file: NDJSON where a line begins with a brace, and a table else. */
export function linesOf(text: string): Line[] {
  if (text.trimStart().startsWith("["))
    throw new UsageError(
      "This is a list in JSON. Write each row in a line of its own: jq -c '.[]' rows.json > rows.ndjson",
    );
  return text.trimStart().startsWith("{") ? ndjsonLines(text) : csvLines(text);
}

function csvLines(text: string): Line[] {
  try {
    return csvRows(text);
  } catch (error) {
    throw error instanceof PromptcallError ? new UsageError(error.message) : error;
  }
}

function ndjsonLines(text: string): Line[] {
  return text.split("\n").flatMap((written, index) => {
    if (written.trim() === "") return [];
    const row = objectOf(written);
    if (row === undefined)
      throw new UsageError(`Line ${index + 1} is no JSON object. Each line is a row, as {"to":"447700900001"}.`);
    return [{ row, line: index + 1 }];
  });
}

function objectOf(written: string): Row | undefined {
  try {
    const value: unknown = JSON.parse(written);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
