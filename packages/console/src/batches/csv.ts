/** A row of a file: where it begins, its cells, and its text as it was. */
export interface CsvRow {
  /** From 1, which is the header. */
  readonly line: number;
  readonly cells: readonly string[];
  readonly text: string;
}

const DELIMITERS = [",", ";", "\t"] as const;

/** Reads rows to show them again. What they mean is the api's to say. */
export function csvRows(text: string): readonly CsvRow[] {
  const [sepLine = "", named] = /^"?sep=([^"\r\n])"?[^\S\r\n]*(?:\r\n|\n|\r)/i.exec(text) ?? [];
  const body = text.slice(sepLine.length).replace(/^\ufeff/, "");
  const delimiter = named ?? delimiterOf(body);
  const rows: CsvRow[] = [];
  let line = sepLine === "" ? 1 : 2;
  for (let at = 0; at < body.length; ) {
    const row = rowAt({ body, at, delimiter });
    if (row.cells.some((cell) => cell !== "")) rows.push({ line, cells: row.cells, text: body.slice(at, row.end) });
    line += row.lines;
    at = row.next;
  }
  return rows;
}

function delimiterOf(body: string): string {
  const [header = ""] = body.split(/[\r\n]/, 1);
  const counts = DELIMITERS.map((delimiter) => ({ delimiter, count: header.split(delimiter).length }));
  return counts.toSorted((one, other) => other.count - one.count)[0]?.delimiter ?? ",";
}

/** As RFC 4180 has it: a quoted cell may have delimiters and line ends in it. */
function rowAt({ body, at, delimiter }: { body: string; at: number; delimiter: string }) {
  const cells: string[] = [];
  let cell = "";
  let isQuoted = false;
  let lines = 1;
  let index = at;
  for (; index < body.length; index += 1) {
    const letter = body.charAt(index);
    if (isQuoted) {
      if (letter === '"' && body.charAt(index + 1) === '"') {
        cell += letter;
        index += 1;
      } else if (letter === '"') isQuoted = false;
      else {
        if (letter === "\n") lines += 1;
        cell += letter;
      }
    } else if (letter === '"') isQuoted = true;
    else if (letter === delimiter) {
      cells.push(cell.trim());
      cell = "";
    } else if (letter === "\n" || letter === "\r") break;
    else cell += letter;
  }
  cells.push(cell.trim());
  const isPair = body.charAt(index) === "\r" && body.charAt(index + 1) === "\n";
  return { cells, lines, end: index, next: index + (isPair ? 2 : 1) };
}

/** As the api spells the names of columns. */
export const columnsOf = ([header]: readonly CsvRow[]): readonly string[] =>
  header?.cells.map((name) =>
    name
      .trim()
      .toLowerCase()
      .replaceAll(/[\s-]+/g, "_"),
  ) ?? [];

/** A cell of what is downloaded: quoted where it has to be, and no formula to a spreadsheet. */
export function csvCell(text: string): string {
  const harmless = /^[=+\-@\t\r]/.test(text) && !/^\+?\d+$/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
