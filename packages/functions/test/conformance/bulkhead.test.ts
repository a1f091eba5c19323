import { randomUUID } from "node:crypto";
import { LONGEST_HOLD_MS, PERMITS, type Receiver, SLOW_AFTER_MS } from "@promptcall/core/callbacks/bulkhead";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { bulkheadStore as realReceivers } from "../../src/dynamodb/bulkhead.ts";
import type { Bulkhead, BulkheadPermit } from "../../src/ports/bulkhead.ts";
import type { Clock } from "../../src/ports/clock.ts";
import { FakeBulkhead } from "../../testing/bulkhead.ts";
import { fakeClock } from "../../testing/clock.ts";
import { at } from "../given.ts";
import { startTable } from "./local-cloud.ts";

const permit: BulkheadPermit = { hold: expect.any(Function), release: expect.any(Function) };

describe.each<{ name: string; start: (clock: Clock) => Promise<Bulkhead> }>([
  { name: "the fake", start: async (clock) => new FakeBulkhead().portFor({ clock }) },
  { name: "the table", start: async (clock) => realReceivers({ ...(await startTable()), clock }) },
])("$name, as the places of receivers", ({ start }) => {
  const clock = fakeClock(at(0));
  const pass = (ms: number) => clock.set(new Date(clock.now().getTime() + ms).toISOString());
  let bulkhead: Bulkhead;
  let receiver: Receiver;
  beforeAll(async () => {
    bulkhead = await start(clock);
  });
  beforeEach(() => {
    receiver = { id: randomUUID(), permits: PERMITS };
  });

  const enter = async (): Promise<BulkheadPermit> => {
    const entered = await bulkhead.tryAcquire(receiver);
    if (typeof entered === "string") throw new Error(`there is no place: ${entered}`);
    return entered;
  };
  const enterMany = (count: number) => Promise.all(Array.from({ length: count }, enter));
  const fill = async () => {
    const permits = await enterMany(PERMITS);
    for (const one of permits) expect(await one.hold()).toBe(true);
    return permits;
  };

  it("are not acquired by a request that only begins", async () => {
    await enterMany(2 * PERMITS);
    expect(await bulkhead.tryAcquire(receiver)).toEqual(permit);
  });

  it("are limited for slow requests, whoever began first", async () => {
    const early = await enter();
    await fill();
    expect(await bulkhead.tryAcquire(receiver)).toBe("busy");
    expect(await early.hold()).toBe(false);
  });

  it("are acquired once per request, however often it asks", async () => {
    const [one, ...others] = await enterMany(PERMITS);
    for (const again of [one, one, ...others]) expect(await again?.hold()).toBe(true);
    await one?.release();
    expect(await bulkhead.tryAcquire(receiver)).toEqual(permit);
  });

  it("are separate for each receiver", async () => {
    await fill();
    expect(await bulkhead.tryAcquire({ ...receiver, id: randomUUID() })).toEqual(permit);
  });

  it("are as many as the receiver has", async () => {
    await fill();
    const [more, none] = [
      await bulkhead.tryAcquire({ ...receiver, permits: PERMITS + 1 }),
      await enter().catch(String),
    ];
    expect([more, none]).toEqual([permit, "Error: there is no place: busy"]);
  });

  it("are free again once their holders release them", async () => {
    const without = await enter();
    const [first] = await fill();
    await without.release();
    expect(await bulkhead.tryAcquire(receiver)).toBe("busy");
    await first?.release();
    expect(await (await enter()).hold()).toBe(true);
    expect(await bulkhead.tryAcquire(receiver)).toBe("busy");
  });

  it("are released when the answer comes during the acquisition", async () => {
    const permits = await enterMany(PERMITS);
    await Promise.all(permits.flatMap((one) => [one.hold(), one.release()]));
    await fill();
    expect(await bulkhead.tryAcquire(receiver)).toBe("busy");
  });

  it("make the receiver slow once all are held for a while", async () => {
    const [, last] = await fill();
    pass(SLOW_AFTER_MS);
    expect(await bulkhead.tryAcquire(receiver)).toBe("busy");
    pass(1);
    expect(await bulkhead.tryAcquire(receiver)).toBe("slow");
    await last?.release();
    expect(await (await enter()).hold()).toBe(true);
    expect(await bulkhead.tryAcquire(receiver)).toBe("busy");
  });

  it("expire when they are never released", async () => {
    await fill();
    pass(LONGEST_HOLD_MS);
    expect(await bulkhead.tryAcquire(receiver)).toBe("slow");
    pass(1);
    await fill();
    expect(await bulkhead.tryAcquire(receiver)).toBe("busy");
  });

  it("are not released for the next holder by a late or repeated release", async () => {
    const [late] = await fill();
    pass(LONGEST_HOLD_MS + 1);
    const [next] = await fill();
    await late?.release();
    expect(await bulkhead.tryAcquire(receiver)).toBe("busy");
    for (const _ of [1, 2]) await next?.release();
    expect(await (await enter()).hold()).toBe(true);
    expect(await bulkhead.tryAcquire(receiver)).toBe("busy");
  });

  it("are never exceeded by concurrent requests", async () => {
    const permits = await enterMany(20);
    const stayed = (await Promise.all(permits.map((one) => one.hold()))).filter(Boolean).length;
    expect(stayed).toBeGreaterThan(0);
    expect(stayed).toBeLessThanOrEqual(PERMITS);
    for (let taken = stayed; taken < PERMITS; taken += 1) expect(await (await enter()).hold()).toBe(true);
    expect(await bulkhead.tryAcquire(receiver)).toBe("busy");
  });
});
