import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { columnsOf, csvCell, csvRows } from "../src/batches/csv.ts";

describe("the rows of a file", () => {
  it.each([
    ["commas", "to,pin_code\n1,2\n3,4\n"],
    ["semicolons", "to;pin_code\r\n1;2\r\n3;4"],
    ["tabs", "to\tpin_code\n1\t2\n3\t4\n"],
    ["the separator that it names", "sep=|\nto|pin_code\n1|2\n3|4\n"],
  ])("are told apart with %s", (_, text) => {
    expect(csvRows(text).map(({ cells }) => cells)).toEqual([
      ["to", "pin_code"],
      ["1", "2"],
      ["3", "4"],
    ]);
  });

  it("have the line on which they begin, whatever quoted cells hold", () => {
    const rows = csvRows('to,text\n1,"two\nlines, one cell"\n\n2,"says ""hi"""\n');
    expect(rows.map(({ line, cells }) => [line, cells[1]])).toEqual([
      [1, "text"],
      [2, "two\nlines, one cell"],
      [5, 'says "hi"'],
    ]);
  });

  it("name columns as the api does", () => {
    expect(columnsOf(csvRows("To,PIN code,failed-text\n"))).toEqual(["to", "pin_code", "failed_text"]);
  });

  it("come back as they were written, but for what a spreadsheet would run", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.string().map((text) => text.trim()),
          { minLength: 2 },
        ),
        (cells) => {
          const plain = cells.map((cell) => cell.replace(/^[=+\-@\s]+/, ""));
          const [row] = csvRows(`${["x", ...plain].map(csvCell).join(",")}\n`);
          expect(row?.cells.slice(1)).toEqual(plain.map((cell) => cell.trim()));
        },
      ),
    );
    expect(["=1+1", "@cmd", "-x", "+447700900001", "-1"].map(csvCell)).toEqual([
      "'=1+1",
      "'@cmd",
      "'-x",
      "+447700900001",
      "'-1",
    ]);
  });
});
