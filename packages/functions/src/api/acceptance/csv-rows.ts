import type { FieldError, Problem } from "../../http/problem.ts";
import type { CodeWith } from "../../http/problem-codes.ts";
import type { ReadRow } from "./parameters.ts";

/** A table as spreadsheets save it: the names of its columns, and what stands in each row. */
export interface Table {
  readonly columns: readonly string[];
  /** As many as are taken of them at the most, and one more where there are more. */
  readonly rows: readonly ReadRow[];
  readonly count: number;
}

/** What spreadsheets put between cells: which of them depends on the country. */
const DELIMITERS = [",", ";", "\t"];

/** What Excel reads, and takes for the first line: which delimiter the file has. */
const SEP_LINE = /^"?sep=([^"\r\n])"?[^\S\r\n]*(?:\r\n|\n|\r)/i;

/** What the columns are called, however they are spelled. */
const spelled = (name: string) =>
  name
    .trim()
    .toLowerCase()
    .replaceAll(/[\s-]+/g, "_");

/**
 * Reads CSV as people have it: with any of three delimiters or the one that `sep=` names, with line ends of any kind, with
 * the spaces, the empty lines and the short rows that programs leave. A row that is too long is an error of its own.
 */
export async function csvTable({
  text,
  names,
  mostRows,
}: {
  text: string;
  names: ReadonlySet<string>;
  mostRows: number;
}): Promise<Table | { problem: Problem }> {
  const { CsvError, parse } = await import("csv-parse/sync");
  const [sepLine = "", sep] = SEP_LINE.exec(text) ?? [];
  const body = text.slice(sepLine.length);
  const delimiter = sep ?? delimiterOf(body, names);
  let count = 0;
  try {
    const [header = [], ...cells]: string[][] = parse(body, {
      delimiter,
      record_delimiter: ["\r\n", "\n", "\r"],
      trim: true,
      relax_column_count: true,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
      on_record: (record: string[]) => (count++ <= mostRows + 1 ? record : null),
    });
    const columns = header.map(spelled);
    while (columns.at(-1) === "") columns.pop();
    const seen = new Set<string>();
    const twice = columns.find((name) => name !== "" && seen.size === seen.add(name).size);
    if (twice !== undefined) return invalid("invalid_csv", `The column ${twice.slice(0, 64)} is there twice.`);
    if (cells.length === 0) return withoutRows({ body, columns, names });
    return { columns, rows: cells.map((row) => rowOf({ columns, cells: row })), count: count - 1 };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return invalid("invalid_csv", `The body is not CSV with a header row: ${error.code}, line ${error.lines ?? "?"}.`);
  }
}

/** The one that tells most of the names apart. */
function delimiterOf(text: string, names: ReadonlySet<string>): string {
  const [header = ""] = text.trimStart().split(/[\r\n]/, 1);
  const known = DELIMITERS.map((delimiter) => ({
    delimiter,
    count: header.split(delimiter).filter((name) => names.has(spelled(name.replaceAll('"', "")))).length,
  }));
  const [most] = known.toSorted((left, right) => right.count - left.count);
  return most?.delimiter ?? ",";
}

/** A cell that is empty, or that a short row has not, is not given. */
function rowOf({ columns, cells }: { columns: readonly string[]; cells: readonly string[] }): ReadRow {
  const fields: Record<string, string> = {};
  for (const [index, cell] of cells.entries()) {
    if (cell === "") continue;
    const name = columns[index];
    if (!name) return { errors: [tooLong(columns.length)] };
    fields[name] = cell;
  }
  return { fields };
}

const tooLong = (columns: number): FieldError => ({
  field: "(the row)",
  wrong: "has a cell that no column is named for",
  expected: `at most ${columns} cells; one with the delimiter in it stands in quotation marks`,
});

function withoutRows(given: { body: string; columns: readonly string[]; names: ReadonlySet<string> }) {
  const { body, columns, names } = given;
  const isGlued = !/[\r\n]/.test(body.trim()) && columns.some((name) => !names.has(name));
  return invalid("empty_batch", isGlued ? WITHOUT_LINE_BREAKS : "There are no calls in the request.");
}

export const WITHOUT_LINE_BREAKS =
  "There are no calls in the request: it has no line breaks. curl -d takes them out of a file; --data-binary @file sends it as it is.";

function invalid(code: CodeWith<400>, detail: string): { problem: Problem } {
  return { problem: { status: 400, code, detail } };
}
