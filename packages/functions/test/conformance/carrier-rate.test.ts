import { randomUUID } from "node:crypto";
import { REQUEST_GAP_MS } from "@promptcall/core/dialing/carrier-rate";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { carrierRateStore } from "../../src/dynamodb/carrier-rate.ts";
import type { CarrierRate } from "../../src/ports/carrier-rate.ts";
import type { Clock } from "../../src/ports/clock.ts";
import { FakeCarrierRate } from "../../testing/carrier-rate.ts";
import { fakeClock } from "../../testing/clock.ts";
import { at } from "../given.ts";
import { startTable } from "./local-cloud.ts";

describe.each<{ name: string; start: (clock: Clock) => Promise<CarrierRate> }>([
  { name: "the fake", start: async (clock) => new FakeCarrierRate().portFor({ clock }) },
  { name: "the table", start: async (clock) => carrierRateStore({ ...(await startTable()), clock }) },
])("$name, as the carrier's room for what is asked of it", ({ start }) => {
  const clock = fakeClock(at(0));
  const nowMs = () => clock.now().getTime();
  const pass = (ms: number) => clock.set(new Date(nowMs() + ms).toISOString());
  let rate: CarrierRate;
  let owner: string;
  beforeAll(async () => {
    rate = await start(clock);
  });
  beforeEach(() => {
    owner = `app:${randomUUID()}`;
  });

  const takeMany = async (count: number, withinMs: number) =>
    await Promise.all(Array.from({ length: count }, () => rate.reserve(owner, nowMs() + withinMs)));
  const momentsFrom = (fromMs: number, count: number) =>
    Array.from({ length: count }, (_, place) => fromMs + place * REQUEST_GAP_MS);

  it("is there at once for whoever comes alone", async () => {
    expect(await rate.reserve(owner, nowMs())).toBe(nowMs());
  });

  it("is taken in moments apart, of which each is one's own", async () => {
    const one = await rate.reserve(owner, nowMs());
    const others = await takeMany(9, 2_000);
    const taken = [one, ...others].filter((ms) => ms !== undefined).toSorted((a, b) => a - b);
    expect(taken).toEqual(momentsFrom(nowMs(), taken.length));
    expect(taken.length).toBeGreaterThan(1);
  });

  it("is not taken for later than one can wait, however many come at once", async () => {
    for (let taken = 0; taken < 6; taken += 1) await rate.reserve(owner, nowMs() + 500);
    expect(await takeMany(3, 500)).toEqual([undefined, undefined, undefined]);
    expect(await rate.reserve(owner, nowMs() + 600)).toBe(nowMs() + 600);
  });

  it("is never given twice to those that meet", async () => {
    const taken = (await takeMany(30, 10_000)).filter((ms) => ms !== undefined);
    expect(taken.length).toBeGreaterThan(0);
    expect(taken.toSorted((a, b) => a - b)).toEqual(momentsFrom(nowMs(), taken.length));
  });

  it("is not saved up: what nobody has asked for is over", async () => {
    for (let taken = 0; taken < 3; taken += 1) await rate.reserve(owner, nowMs() + 1_000);
    pass(60_000);
    expect([await rate.reserve(owner, nowMs()), await rate.reserve(owner, nowMs())]).toEqual([nowMs(), undefined]);
  });

  it("is each owner's own", async () => {
    await rate.reserve(owner, nowMs());
    expect(await rate.reserve(`app:${randomUUID()}`, nowMs())).toBe(nowMs());
  });
});
