import { csvTable } from "@promptcall/functions/api/acceptance/csv-rows";
import { describe, expect, it } from "vitest";
import { csvRows } from "../src/csv.ts";

const NAMES = new Set(["to", "pin_code", "text", "reference"]);

/** What the api makes of the same text. */
async function rowsOfApi(text: string): Promise<unknown> {
  const table = await csvTable({ text, names: NAMES, mostRows: 100 });
  return "problem" in table ? table.problem.code : table.rows.map((row) => ("fields" in row ? row.fields : row.errors));
}

describe("a table", () => {
  it.each([
    ["commas", "to,pin_code\n447700900001,0042\n"],
    ["semicolons and line ends of Windows", "to;pin_code\r\n447700900001;0042\r\n"],
    ["tabs", "to\tpin_code\n447700900001\t0042"],
    ["a delimiter that its first line names", "sep=|\nto|pin_code\n447700900001|0042\n"],
    ["names as people write them", " To ,PIN Code\n447700900001, 0042 \n"],
    ["cells in quotation marks", 'to,text\n447700900001,"Hello, ""you""\nthere"\n'],
    ["empty lines and empty cells", "to,pin_code,text\n\n447700900001,,Hi\n,,\n447700900002\n"],
    ["columns without a name at its end", "to,pin_code,,\n447700900001,0042,,\n"],
    ["old line ends", "to,pin_code\r447700900001,0042\r"],
  ])("with %s is read as the api reads it", async (_, text) => {
    const rows = csvRows(text).map(({ row }) => row);
    expect(rows).toEqual(await rowsOfApi(text));
    expect(rows[0]).toMatchObject({ to: "447700900001" });
  });

  it("tells on which line each row ends", () => {
    const text = 'sep=;\nto;text\n\n1;"a\nb"\n2;c\n';
    expect(csvRows(text).map(({ line }) => line)).toEqual([5, 6]);
  });

  it.each([
    ["a cell too many", "to\n1\n1,2\n", "Line 3 has a cell that no column is named for."],
    ["a column twice", "to,To\n1,2\n", "The column to is there twice."],
    ["a quotation mark without an end", 'to,text\n1,"a\n', "This is not CSV: quote not closed, line 2."],
  ])("with %s is refused, and where is said", (_, text, message) => {
    expect(() => csvRows(text)).toThrow(message);
  });

  it("that is empty has no rows", () => {
    expect(csvRows("")).toEqual([]);
    expect(csvRows("to,pin_code\n")).toEqual([]);
  });
});
