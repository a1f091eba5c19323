import { CsvError, parse } from "csv-parse/sync";
import { PromptcallError } from "./errors.ts";
import type { Row } from "./row.ts";

const DELIMITERS = [",", ";", "\t"] as const;

/** What Excel reads, and takes for the first line: which delimiter the file has. */
const SEP_LINE = /^"?sep=([^"\r\n])"?[^\S\r\n]*(?:\r\n|\n|\r)/i;

const BYTE_ORDER_MARK = "\uFEFF";

/** A row, and the line of the file on which it ends, from 1. */
export interface CsvRow {
  readonly row: Row;
  readonly line: number;
}

/**
 * The rows of a table as spreadsheets save it: its first line names the parameters, in any case; cells are separated by
 * commas, semicolons, tabs or what a line `sep=…` names. An empty cell is not given.
 *
 * @example
 * const [first] = csvRows("to;pin_code\n+447700900001;1234");
 * @throws {PromptcallError} which line is no row
 */
export function csvRows(text: string): CsvRow[] {
  const given = text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
  const [sepLine = "", sep] = SEP_LINE.exec(given) ?? [];
  const body = given.slice(sepLine.length);
  const [header, ...records] = recordsOf(body, sep ?? delimiterOf(body));
  const names = header?.cells.map(nameOf) ?? [];
  while (names.at(-1) === "") names.pop();
  const twice = names.find((name, index) => name !== "" && names.indexOf(name) !== index);
  if (twice !== undefined) throw new PromptcallError(`The column ${twice} is there twice.`);
  const before = sepLine === "" ? 0 : 1;
  return records.map(({ cells, line }) => ({ row: rowOf({ names, cells, line: line + before }), line: line + before }));
}

function recordsOf(body: string, delimiter: string): { cells: string[]; line: number }[] {
  try {
    const records = parse(body, {
      delimiter,
      record_delimiter: ["\r\n", "\n", "\r"],
      trim: true,
      relax_column_count: true,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
      info: true,
    }) as unknown as { record: string[]; info: { lines: number } }[];
    return records.map(({ record, info }) => ({ cells: record, line: info.lines }));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const what = error.code.replace("CSV_", "").replaceAll("_", " ").toLowerCase();
    throw new PromptcallError(`This is not CSV: ${what}, line ${error.lines ?? "?"}.`, { cause: error });
  }
}

/** The one that is there most often in the first line. */
function delimiterOf(body: string): string {
  const [header = ""] = body.trimStart().split(/[\r\n]/, 1);
  const [most] = DELIMITERS.toSorted((one, other) => header.split(other).length - header.split(one).length);
  return most ?? ",";
}

const nameOf = (cell: string) =>
  cell
    .trim()
    .toLowerCase()
    .replaceAll(/[\s-]+/g, "_");

function rowOf({ names, cells, line }: { names: readonly string[]; cells: readonly string[]; line: number }): Row {
  const given = [...cells.entries()].filter(([, cell]) => cell !== "");
  const tooLong = given.some(([column]) => !names[column]);
  if (tooLong)
    throw new PromptcallError(
      `Line ${line} has a cell that no column is named for. One with the delimiter in it stands in quotation marks.`,
    );
  return Object.fromEntries(given.map(([column, cell]) => [names[column], cell]));
}
