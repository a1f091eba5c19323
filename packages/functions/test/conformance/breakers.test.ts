import { randomUUID } from "node:crypto";
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

describe.each<{ name: string; start: (clock: Clock) => Promise<Breakers> }>([
  { name: "the fake", start: async (clock) => new FakeBreakers().portFor({ clock, policy: POLICY }) },
  { name: "the table", start: async (clock) => breakerStore({ ...(await startTable()), clock, policy: POLICY }) },
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
      tripped.push(await breakers.count({ applicationId, destination, isCompleted }));
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

  it("counts every call of those that end at once, and suspends once", async () => {
    const tripped = await Promise.all(
      Array.from({ length: 5 }, () => breakers.count({ applicationId, destination, isCompleted: false })),
    );
    expect(tripped.filter((untilMs) => untilMs !== undefined)).toHaveLength(1);
  });

  it("counts each destination and each application for itself", async () => {
    await count(false, 4);
    for (const other of [{ destination: randomUUID() }, { applicationId: randomUUID() }])
      expect(await breakers.count({ applicationId, destination, ...other, isCompleted: false })).toBeUndefined();
    expect(await suspended()).toEqual([]);
  });
});
