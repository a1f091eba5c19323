import { expect, it } from "vitest";
import { MEASUREMENTS } from "../figures/all.ts";

it.each(MEASUREMENTS.map((measurement) => [measurement.figures.join(", "), measurement] as const))(
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
