import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { parkedDigitsStore } from "../../src/dynamodb/parked-digits.ts";
import type { ParkedDigits } from "../../src/ports/parked-digits.ts";
import { fakeClock } from "../../testing/clock.ts";
import { FakeTable } from "../../testing/table.ts";
import { at } from "../given.ts";
import { startTable } from "./local-cloud.ts";

const DAY_MS = 24 * 3_600_000;

describe.each<{ name: string; start: (clock: ReturnType<typeof fakeClock>) => Promise<ParkedDigits> }>([
  { name: "the fake", start: async (clock) => new FakeTable().parkedDigits(clock) },
  { name: "the table", start: async (clock) => parkedDigitsStore({ ...(await startTable()), clock }) },
])("$name, as a store of parked digits", ({ start }) => {
  let clock: ReturnType<typeof fakeClock>;
  let digits: ParkedDigits;
  beforeAll(async () => {
    clock = fakeClock(at(0));
    digits = await start(clock);
  });
  const later = (ms: number) => clock.waitUntil(clock.now().getTime() + ms);

  it("has none of a call that parked none", async () => {
    expect(await digits.find(randomUUID())).toBeUndefined();
  });

  it("keeps the digits of each call apart, for 14 days after they were kept last, and no longer", async () => {
    const [one, other] = [randomUUID(), randomUUID()];
    await digits.keep(one, "sealed-1");
    await digits.keep(other, "sealed-2");
    await later(13 * DAY_MS);
    await digits.keep(one, "sealed-1");
    await later(2 * DAY_MS);
    expect([await digits.find(one), await digits.find(other)]).toEqual(["sealed-1", undefined]);
    await later(13 * DAY_MS);
    expect(await digits.find(one)).toBeUndefined();
  });

  it("erases them, once and again, and none where there are none", async () => {
    const [tid, unknown] = [randomUUID(), randomUUID()];
    await digits.keep(tid, "sealed");
    await digits.erase(tid);
    await digits.erase(tid);
    await digits.erase(unknown);
    expect([await digits.find(tid), await digits.find(unknown)]).toEqual([undefined, undefined]);
  });
});
