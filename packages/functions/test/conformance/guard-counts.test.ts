import { randomInt, randomUUID } from "node:crypto";
import { placeOf } from "@promptcall/core/guard/counting";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { guardCountStore } from "../../src/dynamodb/guard-counts.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { GuardCounts } from "../../src/ports/guard-counts.ts";
import { fakeClock } from "../../testing/clock.ts";
import { FakeGuardCounts } from "../../testing/guard-counts.ts";
import { at, KEYS } from "../given.ts";
import { startTable } from "./local-cloud.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Under the key of this test. */
const IN_ONE_PLACE = ["447700001054", "447700005336"] as const;

describe.each<{ name: string; start: (clock: Clock) => Promise<GuardCounts> }>([
  { name: "the fake", start: async (clock) => new FakeGuardCounts().portFor({ clock }) },
  { name: "the table", start: async (clock) => guardCountStore({ ...(await startTable()), clock, key: KEYS.pin }) },
])("$name, as the counts of accepted calls", ({ start }) => {
  const clock = fakeClock(at(0));
  const pass = (ms: number) => clock.set(new Date(clock.now().getTime() + ms).toISOString());
  let counts: GuardCounts;
  let first: number;
  beforeAll(async () => {
    counts = await start(clock);
  });
  beforeEach(() => {
    first = randomInt(1e9, 1e10) * 100;
  });

  const number = (index: number) => String(first + index);
  const calls = (...each: number[]) => new Map(each.map((count, index) => [number(index), count]));
  const take = async (wanted: ReadonlyMap<string, number>, limit = 3) => {
    const { rooms, full } = await counts.addToNumbers(wanted, limit);
    return { rooms: sorted(rooms), full: full.toSorted() };
  };
  const sorted = (rooms: ReadonlyMap<string, number>) => [...rooms].toSorted(([a], [b]) => a.localeCompare(b));

  it("takes calls to a number up to the limit, and tells when it is reached", async () => {
    expect(await take(calls(1))).toEqual({ rooms: [[number(0), 1]], full: [] });
    expect(await take(calls(1))).toEqual({ rooms: [[number(0), 1]], full: [] });
    expect(await take(calls(1))).toEqual({ rooms: [[number(0), 1]], full: [number(0)] });
    expect(await take(calls(1))).toEqual({ rooms: [], full: [] });
  });

  it("takes as many of a batch as there is room for, number by number", async () => {
    await take(calls(2, 3));
    expect(await take(calls(2, 1, 5))).toEqual({
      rooms: [
        [number(0), 1],
        [number(2), 3],
      ],
      full: [number(0), number(2)],
    });
  });

  it("counts a hundred numbers at once, each for itself", async () => {
    const many = new Map(Array.from({ length: 100 }, (_, index) => [number(index), 1]));
    expect((await counts.addToNumbers(many, 1)).rooms.size).toBe(100);
    expect((await counts.addToNumbers(many, 1)).rooms.size).toBe(0);
    expect((await counts.addToNumbers(new Map([[number(100), 1]]), 1)).rooms.size).toBe(1);
  });

  it("counts numbers that have a place in common, in one request", async () => {
    const [one, other] = IN_ONE_PLACE.map((each) => placeOf(each, KEYS.pin));
    expect(one).toEqual(other);
    const both = new Map(IN_ONE_PLACE.map((each) => [each, 2]));
    expect((await counts.addToNumbers(both, 4)).rooms).toEqual(both);
  });

  it("never takes more than the limit, however many come at once", async () => {
    const taken = await Promise.all(Array.from({ length: 20 }, () => counts.addToNumbers(calls(1), 7)));
    expect(taken.filter(({ rooms }) => rooms.size > 0)).toHaveLength(7);
    expect(taken.filter(({ full }) => full.length > 0)).toHaveLength(1);
  });

  it("begins anew with each hour", async () => {
    await take(calls(3));
    pass(HOUR_MS);
    expect((await take(calls(1))).rooms).toEqual([[number(0), 1]]);
  });

  it("tells the room there is without taking any", async () => {
    await take(calls(2, 3));
    const rooms = async () => sorted(await counts.roomOfNumbers(calls(2, 1, 5), 3));
    const expected = [
      [number(0), 1],
      [number(2), 3],
    ];
    expect([await rooms(), await rooms()]).toEqual([expected, expected]);
  });

  it("takes back calls that are not made after all, also when the hour is over", async () => {
    const early = await counts.addToNumbers(calls(3, 2), 3);
    await early.giveBack(calls(2, 1));
    expect((await take(calls(5, 5))).rooms).toEqual([
      [number(0), 2],
      [number(1), 2],
    ]);
    const late = await counts.addToNumbers(new Map([[number(2), 3]]), 3);
    pass(HOUR_MS);
    await late.giveBack(new Map([[number(2), 3]]));
    expect((await take(new Map([[number(2), 9]]))).rooms).toEqual([[number(2), 3]]);
  });

  describe("of an application", () => {
    let applicationId: string;
    beforeEach(() => {
      applicationId = randomUUID();
    });
    const add = async (count: number, limit = 10) => {
      const added = await counts.addToApplication(applicationId, { calls: count, limit });
      return added.kind === "counted" ? { isFull: added.isFull } : { left: added.left };
    };

    it("takes all calls of a request or none, up to the limit of the day", async () => {
      expect(await add(11)).toEqual({ left: 10 });
      expect(await add(4)).toEqual({ isFull: false });
      expect(await add(7)).toEqual({ left: 6 });
      expect(await counts.leftOfApplication(applicationId, 10)).toBe(6);
      expect(await add(6)).toEqual({ isFull: true });
      expect(await add(1)).toEqual({ left: 0 });
    });

    it("begins anew with each day", async () => {
      await add(10);
      pass(DAY_MS);
      expect(await add(10)).toEqual({ isFull: true });
    });

    it("never takes more than the limit, however many come at once", async () => {
      const added = await Promise.all(Array.from({ length: 20 }, () => add(1, 7)));
      expect(added.filter((one) => "isFull" in one)).toHaveLength(7);
      expect(added.filter((one) => "isFull" in one && one.isFull)).toHaveLength(1);
    });

    it("takes back calls that are not made after all", async () => {
      const added = await counts.addToApplication(applicationId, { calls: 10, limit: 10 });
      if (added.kind === "counted") await added.giveBack(4);
      expect(await add(4)).toEqual({ isFull: true });
    });

    it("counts each for itself", async () => {
      await add(10);
      expect(await counts.leftOfApplication(randomUUID(), 10)).toBe(10);
    });
  });
});
