import { expect, it } from "vitest";
import { MEASUREMENTS } from "../figures/all.ts";

/** Real time passes while these are counted. */
const REAL_TIME = ["cost-single", "cost-batch"];
const MEASURED = MEASUREMENTS.filter(({ figures }) => !figures.some((name) => REAL_TIME.includes(name)));

it.each(MEASURED.map((measurement) => [measurement.figures.join(", "), measurement] as const))(
  "%s is measured, each figure with a reference, a ratio and a verdict",
  async (_, { figures, measure }) => {
    const measured = await measure(() => {}, "once");
    expect(measured.map(({ name }) => name)).toEqual(figures);
    for (const { measured: own, reference, ratio, how, table } of measured) {
      expect([own.value, reference.value, ratio.value].every(Number.isFinite)).toBe(true);
      expect(how.length).toBeGreaterThan(0);
      expect(table?.rows.flat().filter((cell) => /NaN|undefined/.test(String(cell)))).toEqual([]);
    }
  },
  120_000,
);
