import { randomUUID } from "node:crypto";
import { HELD_AT_MOST_MS, PLACES, SLOW_AFTER_MS } from "@promptcall/core/receiver-places";
import { receivers as realReceivers } from "@promptcall/functions/adapters/receivers";
import type { Clock } from "@promptcall/functions/ports/clock";
import type { Receivers, Visit } from "@promptcall/functions/ports/receivers";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { at } from "../../../functions/test/given.ts";
import { clockTwin } from "../../src/twins/clock.ts";
import { ReceiverPlaces } from "../../src/twins/receivers.ts";
import { startTable } from "./local-cloud.ts";

const visit: Visit = { stay: expect.any(Function), leave: expect.any(Function) };

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

  const enter = async (): Promise<Visit> => {
    const entered = await receivers.enter(receiver);
    if (typeof entered === "string") throw new Error(`there is no place: ${entered}`);
    return entered;
  };
  const enterMany = (count: number) => Promise.all(Array.from({ length: count }, enter));
  const fill = async () => {
    const visits = await enterMany(PLACES);
    for (const one of visits) expect(await one.stay()).toBe(true);
    return visits;
  };

  it("are not taken by those who only begin to wait", async () => {
    await enterMany(2 * PLACES);
    expect(await receivers.enter(receiver)).toEqual(visit);
  });

  it("are so many and no more for those whose wait is long, whoever began before", async () => {
    const early = await enter();
    await fill();
    expect(await receivers.enter(receiver)).toBe("busy");
    expect(await early.stay()).toBe(false);
  });

  it("are one for whoever asks for one again", async () => {
    const [one, ...others] = await enterMany(PLACES);
    for (const again of [one, one, ...others]) expect(await again?.stay()).toBe(true);
    await one?.leave();
    expect(await receivers.enter(receiver)).toEqual(visit);
  });

  it("are each receiver's own", async () => {
    await fill();
    expect(await receivers.enter(randomUUID())).toEqual(visit);
  });

  it("are free again, one for each that leaves, and none for who never had one", async () => {
    const without = await enter();
    const [first] = await fill();
    await without.leave();
    expect(await receivers.enter(receiver)).toBe("busy");
    await first?.leave();
    expect(await (await enter()).stay()).toBe(true);
    expect(await receivers.enter(receiver)).toBe("busy");
  });

  it("are given back also when the answer comes while one is being taken", async () => {
    const visits = await enterMany(PLACES);
    await Promise.all(visits.flatMap((one) => [one.stay(), one.leave()]));
    await fill();
    expect(await receivers.enter(receiver)).toBe("busy");
  });

  it("are slow once all of them have been taken for a while, and until one is free", async () => {
    const [, last] = await fill();
    pass(SLOW_AFTER_MS);
    expect(await receivers.enter(receiver)).toBe("busy");
    pass(1);
    expect(await receivers.enter(receiver)).toBe("slow");
    await last?.leave();
    expect(await (await enter()).stay()).toBe(true);
    expect(await receivers.enter(receiver)).toBe("busy");
  });

  it("are free again after a while, also of those that never leave", async () => {
    await fill();
    pass(HELD_AT_MOST_MS);
    expect(await receivers.enter(receiver)).toBe("slow");
    pass(1);
    await fill();
    expect(await receivers.enter(receiver)).toBe("busy");
  });

  it("are not taken from whoever came next by one that leaves late, or twice", async () => {
    const [late] = await fill();
    pass(HELD_AT_MOST_MS + 1);
    const [next] = await fill();
    await late?.leave();
    expect(await receivers.enter(receiver)).toBe("busy");
    for (const _ of [1, 2]) await next?.leave();
    expect(await (await enter()).stay()).toBe(true);
    expect(await receivers.enter(receiver)).toBe("busy");
  });

  it("are never taken by more, however many come at once", async () => {
    const visits = await enterMany(20);
    const stayed = (await Promise.all(visits.map((one) => one.stay()))).filter(Boolean).length;
    expect(stayed).toBeGreaterThan(0);
    expect(stayed).toBeLessThanOrEqual(PLACES);
    for (let taken = stayed; taken < PLACES; taken += 1) expect(await (await enter()).stay()).toBe(true);
    expect(await receivers.enter(receiver)).toBe("busy");
  });
});
