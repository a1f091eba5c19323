import { describe, expect, it } from "vitest";
import { costOf, standingCost, totalUsd } from "../cost.ts";
import { dialedNow, ofBatch } from "../paths.ts";
import { PRICES } from "../prices.ts";
import { usageOf } from "../usage.ts";

const single = dialedNow();
const usd = (price: string) => costOf(single).find((line) => line.price === price)?.usd;

describe("the cost of a call", () => {
  it("is its use times the price, line by line", () => {
    const { writeUnits, messages } = usageOf(single);
    expect(usd("writeUnit")).toBe(writeUnits * 0.625e-6);
    expect(usd("queueRequest")).toBe(messages * 3 * 0.4e-6);
    const sum = costOf(single).reduce((total, line) => total + line.used * PRICES[line.price].usd, 0);
    expect(totalUsd(costOf(single))).toBeCloseTo(sum, 12);
  });

  it("is less for calls that share their request, and less again for those that share their step", () => {
    const [one, three, thirty] = [single, ofBatch(3), ofBatch(30)].map((path) => totalUsd(costOf(path)));
    expect(three).toBeLessThan(one ?? Number.NaN);
    expect(thirty).toBeLessThan(three ?? Number.NaN);
  });

  it("has nothing of what it costs to be there", () => {
    expect(standingCost().map(({ price }) => price)).toEqual([
      "queueRequest",
      "metricMonth",
      "alarmMetricMonth",
      "keyMonth",
    ]);
  });
});

describe("a price", () => {
  it.each(Object.values(PRICES))("of $name says what it is for and where it is from", ({ usd: each, unit, source }) => {
    expect(each).toBeGreaterThan(0);
    expect(unit).not.toBe("");
    expect(source).toMatch(/^https:\/\//);
  });
});
