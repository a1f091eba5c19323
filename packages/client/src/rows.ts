import type { NumberedRow, Row } from "./row.ts";

/**
 * Rows as they come: a list, a generator, a stream of rows, or the text of a CSV file.
 *
 * @example
 * const rows: Rows = await readFile("people.csv", "utf8");
 */
export type Rows = Iterable<Row> | AsyncIterable<Row> | string;

export async function* numbered(rows: Rows): AsyncGenerator<NumberedRow, void, undefined> {
  let number = 0;
  for await (const row of typeof rows === "string" ? await fromCsv(rows) : rows) yield { number: number++, row };
}

/** Loaded for those who bring CSV. */
async function fromCsv(text: string): Promise<Row[]> {
  const { csvRows } = await import("./csv.ts");
  return csvRows(text).map(({ row }) => row);
}
