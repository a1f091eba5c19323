import { randomUUID } from "node:crypto";
import { paces } from "@promptcall/functions/adapters/pace";
import { beforeEach, describe, expect, it } from "vitest";
import { at } from "../../../functions/test/given.ts";
import { clockTwin } from "../../src/twins/clock.ts";
import { startTable } from "./local-cloud.ts";

const table = await startTable();
const clock = clockTwin(at(0));
const asked: string[] = [];
table.client.middlewareStack.add((next, { commandName }) => (args) => {
  asked.push(String(commandName).replace(/Command$/, ""));
  return next(args);
});

describe("a remembered pace", () => {
  const nowMs = () => clock.now().getTime();
  const pass = (ms: number) => clock.set(new Date(nowMs() + ms).toISOString());
  /** One that takes places again and again, and others on the same table. */
  const ours = paces({ ...table, clock });
  const others = paces({ ...table, clock });
  let applicationId: string;
  beforeEach(async () => {
    applicationId = randomUUID();
    await ours.reserve(wanted(30));
    asked.length = 0;
  });

  const wanted = (count: number, withinMs = 3_600_000) => ({ applicationId, count, byMs: nowMs() + withinMs });
  const inSeconds = (reservation: Awaited<ReturnType<typeof ours.reserve>>) => {
    const { kind, fromMs, lastMs, untilMs, callsPerSecond } = reservation;
    return [kind, callsPerSecond, ...[fromMs, lastMs, untilMs].map((ms) => (ms - nowMs()) / 1_000)];
  };

  it("takes the next places without a look at the table", async () => {
    expect(inSeconds(await ours.reserve(wanted(3)))).toEqual(["reserved", 3, 10.25, 10.25, 11.275]);
    expect(asked).toEqual(["UpdateItem"]);
  });

  it("takes the places after those that others have taken since", async () => {
    await others.reserve(wanted(30));
    expect(inSeconds(await ours.reserve(wanted(3)))).toEqual(["reserved", 3, 20.5, 20.5, 21.525]);
  });

  it("is given up for the present one where the carrier has made it slower", async () => {
    await others.slow(applicationId);
    pass(1_000);
    await others.slow(applicationId);
    expect(inSeconds(await ours.reserve(wanted(1)))).toEqual(["reserved", 1.5, 9.25, 9.25, 10.275]);
  });

  it("recovers when it is time, as one that was read", async () => {
    await others.slow(applicationId);
    pass(1_000);
    await others.slow(applicationId);
    await ours.reserve(wanted(1));
    pass(5_000);
    expect(inSeconds(await ours.reserve(wanted(1)))).toEqual(["reserved", 3, 5.275, 5.275, 5.617]);
  });

  it("is given up where it is as fast by chance, and allowed to be faster", async () => {
    await others.limit(applicationId, 6);
    await others.slow(applicationId);
    pass(1_000);
    await others.slow(applicationId);
    pass(5_000);
    expect(inSeconds(await ours.reserve(wanted(1)))).toEqual(["reserved", 6, 4.25, 4.25, 4.421]);
  });

  it("never refuses by itself: the table has the last word", async () => {
    const refused = await ours.reserve(wanted(3, 9_000));
    expect(asked).toEqual(["GetItem"]);
    expect(inSeconds(refused)).toEqual(["too_late", 3, 10.25, 10.25, 11.275]);
  });

  it("is of no use where others have taken the places that were early enough", async () => {
    await others.reserve(wanted(30));
    asked.length = 0;
    expect(inSeconds(await ours.reserve(wanted(3, 15_000)))).toEqual(["too_late", 3, 20.5, 20.5, 21.525]);
    expect(asked).toEqual(["UpdateItem", "GetItem"]);
  });

  it("is read again after a rest", async () => {
    pass(60_000);
    expect(inSeconds(await ours.reserve(wanted(3)))).toEqual(["reserved", 3, 0, 0, 1.025]);
    expect(asked).toEqual(["GetItem", "UpdateItem"]);
  });
});
