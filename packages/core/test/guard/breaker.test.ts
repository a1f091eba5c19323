import { describe, expect, it } from "vitest";
import { hasFallen } from "../../src/guard/breaker.ts";
import { GUARD } from "./given.ts";

describe("completion of calls to a destination", () => {
  it.each([
    [9, 0, false],
    [10, 0, true],
    [10, 1, true],
    [10, 2, false],
    [100, 19, true],
    [100, 20, false],
  ])("of %s calls, of which %s were completed: fallen is %s", (calls, completed, fallen) => {
    expect(hasFallen({ calls, completed }, GUARD.breaker)).toBe(fallen);
  });
});
