import { describe, expect, it } from "vitest";
import type { Figure } from "../figure.ts";
import { lineOf, markdownOf, tableOf } from "../report/report.ts";

const figure = (more: Partial<Figure> = {}): Figure => ({
  name: "whole-path",
  title: "Calls from the request to the result",
  measured: { value: 20.04, unit: "calls/s" },
  reference: { value: 40, unit: "calls/s" },
  ratio: { value: 0.501, of: "of the reference" },
  goal: { text: "at least 0.6", isMet: false },
  how: ["500 calls in batches.", "Reference: the emulators alone."],
  ...more,
});

const machine = {
  processor: "AMD EPYC",
  cores: 2,
  memoryGb: 23,
  system: "Linux 6.1",
  node: "v24.21.0",
  commit: "894bb5e",
  date: "2026-11-23 01:00",
  command: "npm run bench",
};

describe("a figure in a line", () => {
  it("says what was measured, against what, and whether the goal is met", () => {
    expect(lineOf(figure())).toBe(
      "whole-path: 20.0 calls/s, reference 40.0 calls/s, 0.501 of the reference; goal at least 0.6: missed",
    );
  });

  it("has no more digits than mean something", () => {
    const measured = { value: 12_345.678, unit: "calls/s" };
    const ratio = { value: 2.3456, of: "times" };
    expect(lineOf(figure({ measured, ratio }))).toContain("12,346 calls/s, reference 40.0 calls/s, 2.35 times");
  });
});

describe("the page of results", () => {
  const page = markdownOf({ machine, figures: [figure()], seconds: 601 });

  it("says on what it was measured, by which command, and how long that took", () => {
    expect(page).toContain(
      "On AMD EPYC, 2 cores, 23 GB, Linux 6.1, Node v24.21.0, commit 894bb5e, 2026-11-23 01:00 UTC, `npm run bench`; it took 11 minutes.",
    );
  });

  it("lists every figure with its verdict, and tells of each what was measured", () => {
    expect(page).toContain("| [Calls from the request to the result](#whole-path) | 20.0 calls/s |");
    expect(page).toContain("## whole-path\n\nCalls from the request to the result. **20.0 calls/s**, reference");
    expect(page).toContain("\n\n500 calls in batches.\n\nReference: the emulators alone.\n");
  });

  it("shows the plots of a figure", () => {
    const plots = [{ file: "pace.svg", plot: { title: "Dials", x: "seconds", y: "%", lines: [] } }];
    expect(markdownOf({ machine, figures: [figure({ plots })], seconds: 1 })).toContain("![Dials](pace.svg)");
  });
});

describe("a table", () => {
  it("lines its columns up, numbers to the right, and keeps its cells apart", () => {
    const rows = [
      ["a|b", 1],
      ["longer", 22],
    ];
    expect(tableOf({ columns: ["name", "n"], rows })).toBe(
      ["| name   |   n |", "| ------ | --: |", "| a\\|b   |   1 |", "| longer |  22 |"].join("\n"),
    );
  });
});
