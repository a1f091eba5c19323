import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { csvTable } from "../../../src/api/acceptance/csv-rows.ts";

const NAMES = new Set(["to", "from", "text", "pin_code", "callback", "reference"]);
const read = (text: string, mostRows = 10) => csvTable({ text, names: NAMES, mostRows });
const ROW = { fields: { to: "447700900001", text: "Hi", reference: "r1" } };
const table = { columns: ["to", "text", "reference"], rows: [ROW], count: 1 };
const tooLong = {
  errors: [
    {
      field: "(the row)",
      wrong: "has a cell that no column is named for",
      expected: "at most 3 cells; one with the delimiter in it stands in quotation marks",
    },
  ],
};

describe("CSV as people have it", () => {
  it.each([
    ["with commas", "to,text,reference\n447700900001,Hi,r1\n"],
    ["with semicolons", "to;text;reference\n447700900001;Hi;r1\n"],
    ["with tabs", "to\ttext\treference\n447700900001\tHi\tr1\n"],
    ["with what the first line names", "sep=|\nto|text|reference\n447700900001|Hi|r1\n"],
    ["with a first line that names a semicolon", "sep=;\r\nto;text;reference\r\n447700900001;Hi;r1\r\n"],
    ["with a first line in quotes", '"sep=;"\nto;text;reference\n447700900001;Hi;r1'],
    ["with names in any case", "To,TEXT,Reference\n447700900001,Hi,r1"],
    ["with spaces after names and cells", "to, text ,reference \n447700900001, Hi , r1 "],
    ["with spaces before quotes", '"to", "text", "reference"\n"447700900001", "Hi", "r1" \n'],
    ["with a line end of one kind, then another", "to,text,reference\r\n447700900001,Hi,r1\n"],
    ["with the line ends of old Macs", "to,text,reference\r447700900001,Hi,r1\r"],
    ["with empty lines", "\n\nto,text,reference\n\n447700900001,Hi,r1\n\n\n"],
    ["with lines of nothing but delimiters", "to,text,reference\n,,\n447700900001,Hi,r1\n , ,\n"],
    ["with more delimiters than columns", "to,text,reference,,\n447700900001,Hi,r1,,,,\n"],
  ])("%s is read", async (_, text) => {
    expect(await read(text)).toEqual(table);
  });

  it("has names of two words as people write them", async () => {
    expect(await read("To;PIN code;Pin-Code2\n1;2;3")).toMatchObject({ columns: ["to", "pin_code", "pin_code2"] });
  });

  it("leaves out cells at the end of a row, as spreadsheets do, and those that are empty", async () => {
    const rows = [{ fields: { to: "1" } }, { fields: { to: "2", reference: "r" } }, { fields: { to: "3" } }];
    expect(await read("to,text,reference\n1\n2,,r\n3,,\n")).toEqual({ ...table, rows, count: 3 });
  });

  it("rejects a row that is too long, and that row only", async () => {
    expect(await read("to,text,reference\n447700900001,Hi,there,r1\n447700900001,Hi,r1")).toEqual({
      ...table,
      rows: [tooLong, ROW],
      count: 2,
    });
  });

  it("rejects a row with a cell under a column without a name", async () => {
    expect(await read("to,,text,reference\n447700900001,x,Hi,r1")).toMatchObject({ rows: [{ errors: [{}] }] });
    expect(await read("to,,text,reference\n447700900001,,Hi,r1")).toMatchObject({ rows: [ROW] });
  });

  it("keeps as many rows as are taken, and counts them all", async () => {
    const answer = await read(`to\n${"1\n".repeat(1_000)}`, 10);
    expect(answer).toMatchObject({ count: 1_000 });
    expect("rows" in answer && answer.rows.length).toBe(11);
  });
});

it("CSV of very many columns is read in one go through them", async () => {
  const columns = Array.from({ length: 300_000 }, (_, index) => `c${index}`).join(",");
  expect(await read(`${columns}\n1`)).toMatchObject({ count: 1 });
});

describe("a table that cannot be read", () => {
  const LINE_BREAKS = expect.stringContaining("--data-binary");
  it.each([
    ["with a column twice", "to,text,to\n1,2,3", "invalid_csv", "The column to is there twice."],
    ["with a column twice, in another case", "to,text, TO \n1,2,3", "invalid_csv", "The column to is there twice."],
    ["with an open quote", 'to\n"1', "invalid_csv", expect.stringContaining("CSV_QUOTE_NOT_CLOSED, line 2")],
    ["with a quote within a cell", 'to\na"b"', "invalid_csv", expect.stringContaining("INVALID_OPENING_QUOTE, line 2")],
    ["whose line breaks were taken out", "to,text,reference447700900001,Hi,r1", "empty_batch", LINE_BREAKS],
    ["of nothing", "", "empty_batch", "There are no calls in the request."],
    ["of a header", "to,text,reference\n", "empty_batch", "There are no calls in the request."],
    ["of a header without its end", "to,text", "empty_batch", "There are no calls in the request."],
  ])("%s is refused once", async (_, text, code, detail) => {
    expect(await read(text)).toEqual({ problem: { status: 400, code, detail } });
  });
});

describe("whatever is sent as CSV", () => {
  it("is read or refused, and nothing is in a row that was not in the text", async () => {
    const text = fc.string({ unit: fc.constantFrom(...'to,;\t"\r\n sep=x\u00e9'), maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(text, async (one) => {
        const answer = await read(one);
        if ("problem" in answer) return;
        const cells = answer.rows.flatMap((row) => ("fields" in row ? Object.values(row.fields) : []));
        for (const cell of cells) expect(one.replaceAll('""', '"')).toContain(cell);
      }),
      { numRuns: 500 },
    );
  });

  it("comes out as it went in, with any delimiter and any line end", async () => {
    const cell = fc.string({ unit: fc.constantFrom(...'a,;\t"\n\u00e9 ') }).map((one) => `x${one}x`);
    const delimiters = fc.constantFrom(",", ";", "\t");
    await fc.assert(
      fc.asyncProperty(
        fc.array(cell, { minLength: 1 }),
        delimiters,
        fc.constantFrom("\n", "\r\n", "\r"),
        async (cells, delimiter, end) => {
          const quoted = cells.map((one) => `${one.replaceAll('"', '""')}`).map((one) => `"${one}"${delimiter}"y"`);
          const answer = await read([`to${delimiter}text`, ...quoted].join(end), 100);
          expect(answer).toMatchObject({ rows: cells.map((to) => ({ fields: { to, text: "y" } })) });
        },
      ),
      { numRuns: 300 },
    );
  });
});
