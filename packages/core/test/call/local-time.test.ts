import { describe, expect, it } from "vitest";
import { opensAtMs } from "../../src/call/local-time.ts";
import { type Hours, hoursOf } from "../../src/contracts/hours.ts";

const USUAL: Hours = { from: "09:00", to: "20:00" };

const opens = (zones: readonly string[], at: string, hours = USUAL) => {
  const ms = opensAtMs({ zones, ...hours }, Date.parse(at));
  return ms === undefined ? undefined : new Date(ms).toISOString();
};

describe("the hours of a number", () => {
  it.each([
    ["before them", "2026-01-05T08:59:59.999Z", "2026-01-05T09:00:00.000Z"],
    ["from their first moment on", "2026-01-05T09:00:00.000Z", "2026-01-05T09:00:00.000Z"],
    ["up to their last", "2026-01-05T19:59:59.999Z", "2026-01-05T19:59:59.999Z"],
    ["behind them", "2026-01-05T20:00:00.000Z", "2026-01-06T09:00:00.000Z"],
  ])("are those of its clocks: %s", (_, at, expected) => {
    expect(opens(["Europe/London"], at)).toBe(expected);
  });

  it("are as long as they are asked to be", () => {
    expect(opens(["Asia/Kolkata"], "2026-01-05T00:00:00.000Z", { from: "08:15", to: "08:30" })).toBe(
      "2026-01-05T02:45:00.000Z",
    );
    expect(opens(["Etc/UTC"], "2026-01-05T23:59:00.000Z", { from: "00:00", to: "24:00" })).toBe(
      "2026-01-05T23:59:00.000Z",
    );
  });

  it("are those that all zones of the number have in common", () => {
    const zones = ["America/New_York", "America/Los_Angeles"];
    expect(opens(zones, "2026-01-05T14:00:00.000Z")).toBe("2026-01-05T17:00:00.000Z");
    expect(opens(zones, "2026-01-06T01:00:00.000Z")).toBe("2026-01-06T17:00:00.000Z");
  });

  it("may be none at all", () => {
    expect(
      opens(["Pacific/Honolulu", "Pacific/Guam"], "2026-01-05T00:00:00.000Z", { from: "09:00", to: "12:00" }),
    ).toBe(undefined);
  });

  it("move with the clocks", () => {
    // The clocks of London go forward at one in the morning of 29 March.
    expect(opens(["Europe/London"], "2026-03-28T20:00:00.000Z")).toBe("2026-03-29T08:00:00.000Z");
    expect(opens(["Europe/London"], "2026-10-24T19:00:00.000Z")).toBe("2026-10-25T09:00:00.000Z");
  });
});

describe("hours as they are written", () => {
  it.each([
    ["true", USUAL],
    ["false", undefined],
    ["09:00-20:00", { from: "09:00", to: "20:00" }],
    ["00:00-24:00", { from: "00:00", to: "24:00" }],
    ["20:00-09:00", undefined],
    ["09:00-09:00", undefined],
    ["9:00-20:00", undefined],
    ["09:00-24:01", undefined],
    ["09:60-20:00", undefined],
    ["24:00-24:00", undefined],
  ])("are read: %s", (written, expected) => {
    expect(hoursOf(written)).toEqual(expected);
  });
});
