import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { microsOf, writtenAmount } from "../../src/guard/money.ts";
import { destinationOf, priceMicrosOf } from "../../src/guard/rates.ts";

describe("the price of a call", () => {
  it("is that of the longest prefix, by the second", () => {
    expect(priceMicrosOf({ digits: "442079460000", seconds: 60 }, {})).toBe(10_400);
    expect(priceMicrosOf({ digits: "447700900001", seconds: 60 }, {})).toBe(235_000);
    expect(priceMicrosOf({ digits: "447700900001", seconds: 90 }, {})).toBe(352_500);
  });

  it("is rounded up to a millionth", () => {
    expect(priceMicrosOf({ digits: "14155550100", seconds: 1 }, {})).toBe(209);
  });

  it("is the operator's own, where there is one, however short its prefix", () => {
    expect(priceMicrosOf({ digits: "447700900001", seconds: 60 }, { rates: { "4": "0.01", "44": "0.02" } })).toBe(
      20_000,
    );
    expect(priceMicrosOf({ digits: "33612345678", seconds: 60 }, { rates: { "44": "0.02" } })).toBe(36_000);
  });

  it("is a dear one, where no price is known", () => {
    expect(priceMicrosOf({ digits: "682123456", seconds: 60 }, {})).toBe(2_000_000);
  });
});

describe("the destination of a number", () => {
  it("is the longest prefix that has a price", () => {
    expect(destinationOf({ digits: "447700900001", callingCode: "44" }, {})).toBe("447");
    expect(destinationOf({ digits: "447700900001", callingCode: "44" }, { rates: { "44770": "1.00" } })).toBe("44770");
  });

  it("is its country, where no price is known", () => {
    expect(destinationOf({ digits: "682123456", callingCode: "682" }, {})).toBe("682");
    expect(destinationOf({ digits: "999123456", callingCode: undefined }, {})).toBe("999");
  });
});

describe("an amount", () => {
  it.each([
    ["0", "0.00"],
    ["0.5", "0.50"],
    ["0.0125", "0.0125"],
    ["12", "12.00"],
    ["0.000001", "0.000001"],
  ])("of %s is written as %s", (given, written) => expect(writtenAmount(microsOf(given))).toBe(written));

  it("comes back as it was", () => {
    const isExact = (micros: number) => microsOf(writtenAmount(micros)) === micros;
    fc.assert(fc.property(fc.nat({ max: 999_999_999_999 }), isExact));
  });
});
