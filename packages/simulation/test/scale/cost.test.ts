import { describe, expect, it } from "vitest";
import { costOf, totalUsd } from "../../src/scale/cost.ts";
import { PRICES } from "../../src/scale/prices.ts";
import { usageOfCall } from "../../src/scale/usage.ts";

const million = costOf({ callsPerMonth: 1e6, retentionDays: 30 });
const line = (name: string) => million.find((found) => found.name === name);

describe("the cost of a month", () => {
  it("is the use of a call times the calls times the price, line by line", () => {
    const { writeUnits, messages } = usageOfCall();
    expect(line(PRICES.writeUnit.name)).toEqual({
      name: PRICES.writeUnit.name,
      perCall: writeUnits,
      perMonth: writeUnits * 1e6,
      usdPerMonth: writeUnits * 1e6 * 0.625e-6,
    });
    expect(line(PRICES.queueRequest.name)?.perMonth).toBe(messages * 3 * 1e6);
  });

  it("grows with the calls, but for what it costs to be there", () => {
    const idle = totalUsd(million.filter(({ perCall }) => perCall === 0));
    const ten = totalUsd(costOf({ callsPerMonth: 1e7, retentionDays: 30 }));
    expect(ten - idle).toBeCloseTo(10 * (totalUsd(million) - idle), 6);
  });
});

describe("a price", () => {
  it.each(Object.values(PRICES))("of $name says what it is for and where it is from", ({ usd, unit, source }) => {
    expect(usd).toBeGreaterThan(0);
    expect(unit).not.toBe("");
    expect(source).toMatch(/^https:\/\//);
  });
});
