import { randomUUID } from "node:crypto";
import { paces as realPaces } from "@promptcall/functions/adapters/pace";
import type { Clock, Paces } from "@promptcall/functions/ports";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { at } from "../../../functions/test/given.ts";
import { clockTwin } from "../../src/twins/clock.ts";
import { PaceTwin } from "../../src/twins/pace.ts";
import { startTable } from "./local-cloud.ts";

describe.each<{ name: string; start: (clock: Clock) => Promise<Paces> }>([
  { name: "the twin", start: async (clock) => new PaceTwin().portFor({ clock }) },
  { name: "the table", start: async (clock) => realPaces({ ...(await startTable()), clock }) },
])("$name, as the paces of applications", ({ start }) => {
  const clock = clockTwin(at(0));
  const nowMs = () => clock.now().getTime();
  const pass = (ms: number) => clock.set(new Date(nowMs() + ms).toISOString());
  let paces: Paces;
  let applicationId: string;
  beforeAll(async () => {
    paces = await start(clock);
  });
  beforeEach(() => {
    applicationId = randomUUID();
  });

  const reserve = (count: number, byMs = nowMs() + 3_600_000) => paces.reserve({ applicationId, count, byMs });
  /** Reservations as seconds from now. */
  const seconds = async (reserved: ReturnType<typeof reserve>) => {
    const { kind, fromMs, lastMs, untilMs } = await reserved;
    return [kind, ...[fromMs, lastMs, untilMs].map((ms) => (ms - nowMs()) / 1_000)];
  };

  it("give the first calls places at once, three a second", async () => {
    expect(await seconds(reserve(6))).toEqual(["reserved", 0, 1.025, 2.05]);
  });

  it("give the next calls the places after those, and after a rest places at once again", async () => {
    await reserve(6);
    expect(await seconds(reserve(3))).toEqual(["reserved", 2.05, 2.05, 3.075]);
    pass(10_000);
    expect(await seconds(reserve(3))).toEqual(["reserved", 0, 0, 1.025]);
  });

  it("are each application's own", async () => {
    await reserve(6_000);
    applicationId = randomUUID();
    expect(await seconds(reserve(1))).toEqual(["reserved", 0, 0, 0.342]);
  });

  it("take no place where the last one would come too late, and say how many would come early enough", async () => {
    await reserve(30);
    expect(await reserve(9, nowMs() + 11_300)).toEqual({
      kind: "too_late",
      fits: 6,
      callsPerSecond: 3,
      fromMs: nowMs() + 10_250,
      lastMs: nowMs() + 12_300,
      untilMs: nowMs() + 13_325,
    });
    expect(await seconds(reserve(6, nowMs() + 11_300))).toEqual(["reserved", 10.25, 11.275, 12.3]);
  });

  it("give every request its own places when many come at once", async () => {
    const reservations = await Promise.all(Array.from({ length: 20 }, () => reserve(3)));
    const starts = reservations.map(({ fromMs }) => fromMs - nowMs()).sort((a, b) => a - b);
    expect(starts).toEqual(Array.from({ length: 20 }, (_, index) => index * 1_025));
  });

  it("give many requests that come at once their places, also where time passes and each takes but a moment", async () => {
    let ms = nowMs();
    const passing = await start({ now: () => new Date(ms++) });
    await passing.limit(applicationId, 1_000);
    const wanted = { applicationId, count: 1, byMs: ms + 3_600_000 };
    const reservations = await Promise.all(Array.from({ length: 60 }, () => passing.reserve(wanted)));
    expect(reservations.map(({ kind }) => kind)).toEqual(new Array(60).fill("reserved"));
  });

  /** The carrier refuses calls from one second to the next. */
  async function refusedFor(moreSeconds: number): Promise<void> {
    await paces.slow(applicationId);
    for (let second = 0; second < moreSeconds; second += 1) {
      pass(1_000);
      await paces.slow(applicationId);
    }
  }

  it("are slower after refusals of the carrier that go on, and recover", async () => {
    await refusedFor(1);
    expect(await paces.read(applicationId)).toMatchObject({ callsPerSecond: 1.5, limit: 3 });
    expect(await seconds(reserve(2))).toEqual(["reserved", 0, 1.025, 2.05]);
    pass(5_000);
    expect(await seconds(reserve(3))).toEqual(["reserved", 0, 0, 1.025]);
    expect(await paces.read(applicationId)).toMatchObject({ callsPerSecond: 3, limit: 3 });
  });

  it("are left alone by a refusal now and then", async () => {
    await paces.slow(applicationId);
    pass(4_000);
    await paces.slow(applicationId);
    expect(await paces.read(applicationId)).toMatchObject({ callsPerSecond: 3, refusedAtMs: nowMs() });
  });

  it("are read as they have recovered by then, also when nobody takes a place", async () => {
    await refusedFor(2);
    expect(await paces.read(applicationId)).toMatchObject({ callsPerSecond: 0.75 });
    pass(5_000);
    expect(await paces.read(applicationId)).toMatchObject({ callsPerSecond: 1.5 });
    pass(5_000);
    const pace = await paces.read(applicationId);
    expect([pace.callsPerSecond, pace.changedAtMs]).toEqual([3, undefined]);
  });

  it("are what the carrier has agreed to", async () => {
    await paces.limit(applicationId, 30);
    expect(await seconds(reserve(300))).toEqual(["reserved", 0, 9.225, 10.25]);
    expect(await paces.read(applicationId)).toMatchObject({ callsPerSecond: 30, limit: 30 });
  });
});
