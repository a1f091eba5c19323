import { describe, expect, it } from "vitest";
import { dayOf, hourOf, placeOf, roomFor } from "../../src/guard/counting.ts";

const KEY = new Uint8Array(32).fill(1);

describe("calls", () => {
  it("are counted by hours and days in UTC", () => {
    const nowMs = Date.parse("2026-01-31T23:59:59.999Z");
    expect(hourOf(nowMs)).toEqual({ name: "2026-01-31T23", endMs: nowMs + 1 });
    expect(dayOf(nowMs)).toEqual({ name: "2026-01-31", endMs: nowMs + 1 });
    expect(hourOf(nowMs + 1).name).toBe("2026-02-01T00");
  });

  it("are taken as far as there is room", () => {
    const wanted = new Map([
      ["447700900001", 1],
      ["447700900002", 5],
      ["447700900003", 2],
      ["447700900004", 1],
    ]);
    const counts: Record<string, number> = { "447700900002": 1, "447700900003": 3, "447700900004": 9 };
    expect(roomFor(wanted, { counted: (number) => counts[number] ?? 0, limit: 3 })).toEqual(
      new Map([
        ["447700900001", 1],
        ["447700900002", 2],
      ]),
    );
  });
});

describe("the place where a number's calls are counted", () => {
  it("is always the same, and another one with another key", () => {
    expect(placeOf("447700900001", KEY)).toEqual(placeOf("447700900001", KEY));
    expect(placeOf("447700900001", new Uint8Array(32).fill(2))).not.toEqual(placeOf("447700900001", KEY));
  });

  it("is its own, but for one in thousands, and shared out over no more items than make few writes of a batch", () => {
    const places = Array.from({ length: 10_000 }, (_, index) => placeOf(String(447_700_000_000 + index), KEY));
    expect(new Set(places.map(({ bucket, name }) => `${bucket} ${name}`)).size).toBeGreaterThan(9_990);
    const buckets = Object.groupBy(places, ({ bucket }) => bucket);
    expect(Object.keys(buckets).length).toBe(128);
    expect(Math.max(...Object.values(buckets).map((own = []) => own.length))).toBeLessThan(120);
  });

  it("does not tell the number", () => {
    expect(JSON.stringify(placeOf("447700900001", KEY))).not.toMatch(/\d{6}/);
  });
});
