import { randomUUID } from "node:crypto";
import type { BreakerPolicy } from "@promptcall/core/contracts/settings/breaker";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { breakerStore } from "../../src/dynamodb/breakers.ts";
import type { Breakers } from "../../src/ports/breakers.ts";
import type { Clock } from "../../src/ports/clock.ts";
import { FakeBreakers } from "../../testing/breakers.ts";
import { fakeClock } from "../../testing/clock.ts";
import { at } from "../given.ts";
import { startTable } from "./local-cloud.ts";

const POLICY = { leastCalls: 5, leastCompletedShare: 0.5, openSeconds: 900 };
const HOUR_MS = 3_600_000;

describe.each<{ name: string; start: (clock: Clock, policy?: BreakerPolicy) => Promise<Breakers> }>([
  { name: "the fake", start: async (clock, policy = POLICY) => new FakeBreakers().portFor({ clock, policy }) },
  {
    name: "the table",
    start: async (clock, policy = POLICY) => breakerStore({ ...(await startTable()), clock, policy }),
  },
])("$name, as the breakers of destinations", ({ start }) => {
  const clock = fakeClock(at(0));
  const nowMs = () => clock.now().getTime();
  const pass = (ms: number) => clock.set(new Date(nowMs() + ms).toISOString());
  let breakers: Breakers;
  let applicationId: string;
  let destination: string;
  beforeAll(async () => {
    breakers = await start(clock);
  });
  beforeEach(() => {
    applicationId = randomUUID();
    destination = randomUUID();
  });

  const count = async (isCompleted: boolean, times = 1) => {
    const tripped: (number | undefined)[] = [];
    for (let time = 0; time < times; time += 1)
      tripped.push(await breakers.count({ tid: randomUUID(), applicationId, destination, isCompleted }));
    return tripped.filter((untilMs) => untilMs !== undefined);
  };
  const suspended = async () => [...(await breakers.suspendedUntil(applicationId, [destination, randomUUID()]))];

  it("suspends no destination of which nothing is known", async () => {
    expect(await suspended()).toEqual([]);
    expect(await breakers.suspendedUntil(applicationId, [])).toEqual(new Map());
  });

  it("suspends a destination when too few of its calls are completed, and tells it once", async () => {
    expect(await count(true, 2)).toEqual([]);
    expect(await count(false, 2)).toEqual([]);
    const untilMs = nowMs() + 900_000;
    expect(await count(false)).toEqual([untilMs]);
    expect(await suspended()).toEqual([[destination, untilMs]]);
    expect(await count(false, 10)).toEqual([]);
  });

  it("suspends none as long as enough are completed", async () => {
    await count(true, 10);
    expect(await count(false, 10)).toEqual([]);
    expect(await suspended()).toEqual([]);
  });

  it("counts none of the calls that end while it is suspended, and begins anew after", async () => {
    await count(false, 5);
    await count(false, 20);
    pass(900_000);
    expect(await suspended()).toEqual([]);
    expect(await count(false, 4)).toEqual([]);
    expect(await count(false)).toEqual([nowMs() + 900_000]);
  });

  it("begins anew with each hour", async () => {
    await count(false, 4);
    pass(HOUR_MS);
    expect(await count(false, 4)).toEqual([]);
    expect(await count(false)).toHaveLength(1);
  });

  it("counts one call in four that was completed for all of them, and every other for itself, where many decide", async () => {
    const many = await start(clock, { ...POLICY, leastCalls: 100 });
    const counted = async (isCompleted: boolean, tids: readonly string[]) => {
      const tripped: (number | undefined)[] = [];
      for (const tid of tids) tripped.push(await many.count({ tid, applicationId, destination, isCompleted }));
      return tripped.filter((untilMs) => untilMs !== undefined).length;
    };
    const tid = (end: string) => `${randomUUID().slice(0, -2)}${end}`;
    // 60 that count for nothing, and 12 for 48: those that are not completed have to be 52, for 100 in all.
    expect(
      await counted(
        true,
        Array.from({ length: 60 }, (_, index) => tid(["01", "02", "07"][index % 3] ?? "")),
      ),
    ).toBe(0);
    expect(
      await counted(
        true,
        Array.from({ length: 12 }, () => tid("04")),
      ),
    ).toBe(0);
    expect(
      await counted(
        false,
        Array.from({ length: 51 }, () => tid("01")),
      ),
    ).toBe(0);
    expect(await counted(false, [tid("01")])).toBe(1);
  });

  it("counts every call of those that end at once, and suspends once", async () => {
    const tripped = await Promise.all(
      Array.from({ length: 5 }, () =>
        breakers.count({ tid: randomUUID(), applicationId, destination, isCompleted: false }),
      ),
    );
    expect(tripped.filter((untilMs) => untilMs !== undefined)).toHaveLength(1);
  });

  it("counts each destination and each application for itself", async () => {
    await count(false, 4);
    for (const other of [{ destination: randomUUID() }, { applicationId: randomUUID() }])
      expect(
        await breakers.count({ tid: randomUUID(), applicationId, destination, ...other, isCompleted: false }),
      ).toBeUndefined();
    expect(await suspended()).toEqual([]);
  });
});
