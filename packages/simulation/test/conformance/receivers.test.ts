import { randomUUID } from "node:crypto";
import { HELD_AT_MOST_MS, PLACES, SLOW_AFTER_MS } from "@promptcall/core/receiver-places";
import { receivers as realReceivers } from "@promptcall/functions/adapters/receivers";
import type { Clock, Place, Receivers } from "@promptcall/functions/ports";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { at } from "../../../functions/test/given.ts";
import { clockTwin } from "../../src/twins/clock.ts";
import { ReceiverPlaces } from "../../src/twins/receivers.ts";
import { startTable } from "./local-cloud.ts";

const place: Place = { leave: expect.any(Function) };

describe.each<{ name: string; start: (clock: Clock) => Promise<Receivers> }>([
  { name: "the twin", start: async (clock) => new ReceiverPlaces().portFor({ clock }) },
  { name: "the table", start: async (clock) => realReceivers({ ...(await startTable()), clock }) },
])("$name, as the places of receivers", ({ start }) => {
  const clock = clockTwin(at(0));
  const pass = (ms: number) => clock.set(new Date(clock.now().getTime() + ms).toISOString());
  let receivers: Receivers;
  let receiver: string;
  beforeAll(async () => {
    receivers = await start(clock);
  });
  beforeEach(() => {
    receiver = randomUUID();
  });

  const enter = async (): Promise<Place> => {
    const entered = await receivers.enter(receiver);
    if (typeof entered === "string") throw new Error(`there is no place: ${entered}`);
    return entered;
  };
  const fill = async () => {
    const places: Place[] = [];
    while (places.length < PLACES) places.push(await enter());
    return places;
  };

  it("are so many and no more", async () => {
    expect(await fill()).toEqual(new Array(PLACES).fill(place));
    expect(await receivers.enter(receiver)).toBe("busy");
  });

  it("are each receiver's own", async () => {
    await fill();
    expect(await receivers.enter(randomUUID())).toEqual(place);
  });

  it("are free again, one for each that leaves", async () => {
    const [first] = await fill();
    await first?.leave();
    expect(await receivers.enter(receiver)).toEqual(place);
    expect(await receivers.enter(receiver)).toBe("busy");
  });

  it("are slow once all of them have been taken for a while, and until one is free", async () => {
    const [, last] = await fill();
    pass(SLOW_AFTER_MS);
    expect(await receivers.enter(receiver)).toBe("busy");
    pass(1);
    expect(await receivers.enter(receiver)).toBe("slow");
    await last?.leave();
    expect(await receivers.enter(receiver)).toEqual(place);
    expect(await receivers.enter(receiver)).toBe("busy");
  });

  it("are free again after a while, also of those that never leave", async () => {
    await fill();
    pass(HELD_AT_MOST_MS);
    expect(await receivers.enter(receiver)).toBe("slow");
    pass(1);
    expect(await fill()).toEqual(new Array(PLACES).fill(place));
  });

  it("are not taken from whoever came next by one that leaves late, or twice", async () => {
    const [late] = await fill();
    pass(HELD_AT_MOST_MS + 1);
    const [next] = await fill();
    await late?.leave();
    expect(await receivers.enter(receiver)).toBe("busy");
    for (const _ of [1, 2]) await next?.leave();
    expect(await receivers.enter(receiver)).toEqual(place);
    expect(await receivers.enter(receiver)).toBe("busy");
  });

  it("are never taken by more, however many come at once", async () => {
    const entered = await Promise.all(Array.from({ length: 20 }, () => receivers.enter(receiver)));
    const places = entered.filter((one) => typeof one !== "string");
    expect(places.length).toBeGreaterThan(0);
    expect(places.length).toBeLessThanOrEqual(PLACES);
    expect(entered.filter((one) => typeof one === "string")).toEqual(new Array(20 - places.length).fill("busy"));
    for (let taken = places.length; taken < PLACES; taken += 1) await enter();
    expect(await receivers.enter(receiver)).toBe("busy");
  });
});
