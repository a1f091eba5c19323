import { describe, expect, it } from "vitest";
import { maskToLastFour } from "../../src/call/phone.ts";

describe("a number as it is shown to who watches calls", () => {
  it.each([
    ["447700900100", "+44•••0100"],
    ["+1 (415) 555-0100", "+1•••0100"],
    ["79161234567", "+7•••4567"],
    ["35316001234", "+353•••1234"],
    ["380441234567", "+380•••4567"],
    ["2011234567", "+20•••4567"],
    ["9121234567", "+91•••4567"],
    ["4412345", "+44•••45"],
    ["35312345", "+353•••45"],
    ["44", "+44•••"],
  ])("%s is %s: its calling code and the last four digits, or two of a short one", (number, shown) => {
    expect(maskToLastFour(number)).toBe(shown);
  });
});
