import { randomUUID } from "node:crypto";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { receiverStreakStore } from "../../src/dynamodb/receiver-streaks.ts";
import type { ReceiverStreaks } from "../../src/ports/receiver-streaks.ts";
import { fakeClock } from "../../testing/clock.ts";
import { FakeReceiverStreaks } from "../../testing/receiver-streaks.ts";
import { at } from "../given.ts";
import { startTable } from "./local-cloud.ts";

describe.each<{ name: string; start: () => Promise<ReceiverStreaks> }>([
  { name: "the fake", start: async () => new FakeReceiverStreaks().portFor() },
  { name: "the table", start: async () => receiverStreakStore({ ...(await startTable()), clock: fakeClock(at(0)) }) },
])("$name, as failed deliveries in a row", ({ start }) => {
  let streaks: ReceiverStreaks;
  let receiver: string;
  beforeAll(async () => {
    streaks = await start();
  });
  beforeEach(() => {
    receiver = randomUUID();
  });
  const fail = (second: number) => streaks.failed(receiver, { at: at(second), publishFrom: 3 });
  const failTimes = async (times: number) => {
    const told = [];
    for (let second = 1; second <= times; second += 1) told.push(await fail(second));
    return told.filter((streak) => streak !== undefined);
  };

  it("gives a streak once, when it is long enough", async () => {
    expect(await failTimes(2)).toEqual([]);
    expect(await fail(9)).toEqual({ failures: 3, since: at(1) });
    expect(await failTimes(4)).toEqual([]);
  });

  it("gives its end once, if the streak was given", async () => {
    await failTimes(5);
    expect(await streaks.succeeded(receiver)).toEqual({ failures: 5, since: at(1) });
    expect(await streaks.succeeded(receiver)).toBeUndefined();
  });

  it("begins anew with each success", async () => {
    await failTimes(2);
    expect(await streaks.succeeded(receiver)).toBeUndefined();
    expect(await failTimes(2)).toEqual([]);
    expect(await fail(9)).toEqual({ failures: 3, since: at(1) });
  });

  it("gives each to one of those who meet", async () => {
    const told = await Promise.all(Array.from({ length: 8 }, () => fail(1)));
    expect(told.filter(Boolean)).toHaveLength(1);
    const ended = await Promise.all(Array.from({ length: 8 }, () => streaks.succeeded(receiver)));
    expect(ended.filter(Boolean)).toEqual([{ failures: 8, since: at(1) }]);
  });

  it("counts each receiver by itself", async () => {
    await failTimes(2);
    expect(await streaks.failed(randomUUID(), { at: at(1), publishFrom: 3 })).toBeUndefined();
    expect(await streaks.succeeded(randomUUID())).toBeUndefined();
    expect(await fail(3)).toEqual({ failures: 3, since: at(1) });
  });

  it("gives again what could not be told", async () => {
    const [streak = expect.fail("there is none")] = await failTimes(3);
    await streaks.publishFailed(receiver, { streak, of: "failing" });
    expect(await fail(4)).toEqual({ failures: 4, since: at(1) });

    const ended = (await streaks.succeeded(receiver)) ?? expect.fail("there is none");
    await streaks.publishFailed(receiver, { streak: ended, of: "recovered" });
    expect(await streaks.succeeded(receiver)).toEqual(ended);
  });

  it("keeps a streak that began while the end of the one before could not be told", async () => {
    await failTimes(3);
    const ended = (await streaks.succeeded(receiver)) ?? expect.fail("there is none");
    await fail(20);
    await streaks.publishFailed(receiver, { streak: ended, of: "recovered" });
    expect([await fail(21), await fail(22)]).toEqual([undefined, { failures: 3, since: at(20) }]);
  });
});
