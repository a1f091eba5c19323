import { randomUUID } from "node:crypto";
import { APART_MS } from "@promptcall/core/carrier-room";
import { carrierRoom } from "@promptcall/functions/adapters/carrier-room";
import type { CarrierRoom } from "@promptcall/functions/ports/carrier-room";
import type { Clock } from "@promptcall/functions/ports/clock";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { at } from "../../../functions/test/given.ts";
import { CarrierRoomTwin } from "../../src/twins/carrier-room.ts";
import { clockTwin } from "../../src/twins/clock.ts";
import { startTable } from "./local-cloud.ts";

describe.each<{ name: string; start: (clock: Clock) => Promise<CarrierRoom> }>([
  { name: "the twin", start: async (clock) => new CarrierRoomTwin().portFor({ clock }) },
  { name: "the table", start: async (clock) => carrierRoom({ ...(await startTable()), clock }) },
])("$name, as the carrier's room for what is asked of it", ({ start }) => {
  const clock = clockTwin(at(0));
  const nowMs = () => clock.now().getTime();
  const pass = (ms: number) => clock.set(new Date(nowMs() + ms).toISOString());
  let room: CarrierRoom;
  let owner: string;
  beforeAll(async () => {
    room = await start(clock);
  });
  beforeEach(() => {
    owner = `app:${randomUUID()}`;
  });

  const takeMany = async (count: number, withinMs: number) =>
    await Promise.all(Array.from({ length: count }, () => room.take(owner, nowMs() + withinMs)));
  const momentsFrom = (fromMs: number, count: number) =>
    Array.from({ length: count }, (_, place) => fromMs + place * APART_MS);

  it("is there at once for whoever comes alone", async () => {
    expect(await room.take(owner, nowMs())).toBe(nowMs());
  });

  it("is taken in moments apart, of which each is one's own", async () => {
    const one = await room.take(owner, nowMs());
    const others = await takeMany(9, 2_000);
    const taken = [one, ...others].filter((ms) => ms !== undefined).toSorted((a, b) => a - b);
    expect(taken).toEqual(momentsFrom(nowMs(), taken.length));
    expect(taken.length).toBeGreaterThan(1);
  });

  it("is not taken for later than one can wait, however many come at once", async () => {
    for (let taken = 0; taken < 6; taken += 1) await room.take(owner, nowMs() + 500);
    expect(await takeMany(3, 500)).toEqual([undefined, undefined, undefined]);
    expect(await room.take(owner, nowMs() + 600)).toBe(nowMs() + 600);
  });

  it("is never given twice to those that meet", async () => {
    const taken = (await takeMany(30, 10_000)).filter((ms) => ms !== undefined);
    expect(taken.length).toBeGreaterThan(0);
    expect(taken.toSorted((a, b) => a - b)).toEqual(momentsFrom(nowMs(), taken.length));
  });

  it("is not saved up: what nobody has asked for is over", async () => {
    for (let taken = 0; taken < 3; taken += 1) await room.take(owner, nowMs() + 1_000);
    pass(60_000);
    expect([await room.take(owner, nowMs()), await room.take(owner, nowMs())]).toEqual([nowMs(), undefined]);
  });

  it("is each owner's own", async () => {
    await room.take(owner, nowMs());
    expect(await room.take(`app:${randomUUID()}`, nowMs())).toBe(nowMs());
  });
});
