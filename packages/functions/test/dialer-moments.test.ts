import { describe, expect, it, vi } from "vitest";
import { cancelCall } from "../src/cancel-call.ts";
import { dialer } from "../src/dialer/dial.ts";
import { batchWorld, numberAt, tidsOf } from "./batch-given.ts";
import { at } from "./given.ts";

type BatchWorld = Awaited<ReturnType<typeof batchWorld>>;

/** The moments that are waited for: to begin, to claim each call, and to ask the carrier for it. */
function momentsOf({ clock }: BatchWorld): readonly string[] {
  const moments: string[] = [];
  const { reaches } = clock;
  vi.spyOn(clock, "reaches").mockImplementation(async (timeMs) => {
    moments.push(new Date(timeMs).toISOString());
    await reaches(timeMs);
  });
  return moments;
}

describe("a step of a batch", () => {
  it("claims each call, and asks the carrier for it, at moments of its own, counted from where it began", async () => {
    const world = await batchWorld();
    const moments = momentsOf(world);
    await dialer(world)(world.message);
    expect(moments).toEqual([at(0), ...[0.2, 0.225, 0.25].map(at), ...[0.25, 0.275, 0.3].map(at)]);
  });

  it("asks for no call before its moment has come", async () => {
    const world = await batchWorld();
    const later = Promise.withResolvers<void>();
    vi.spyOn(world.clock, "reaches").mockImplementation(async (timeMs) => {
      if (timeMs > Date.parse(at(0.25))) await later.promise;
    });
    const step = dialer(world)(world.message);
    await vi.waitFor(() => expect(world.carrier.placed).toHaveLength(1));
    later.resolve();
    await step;
    expect(world.carrier.placed.map(({ call }) => call.to)).toEqual([0, 1, 2].map(numberAt));
  });

  it("leaves a call alone that was cancelled before its moment", async () => {
    const world = await batchWorld();
    const [first = "", second = "", third = ""] = tidsOf(0, 3);
    const { reaches } = world.clock;
    vi.spyOn(world.clock, "reaches").mockImplementation(async (timeMs) => {
      if (timeMs === Date.parse(at(0.225))) await cancelCall({ tid: second, credential: undefined }, world);
      await reaches(timeMs);
    });
    expect(await dialer(world)(world.message)).toEqual([
      { event: "dial.placed", tid: first },
      { event: "dial.skipped", tid: second },
      { event: "dial.placed", tid: third },
    ]);
    expect(world.carrier.placed.map(({ call }) => call.to)).toEqual([0, 2].map(numberAt));
  });

  it.each([
    ["as soon as it may", at(0.35), at(0.35)],
    ["as soon as it can be ready, where it may before", at(0.1), at(0.15)],
    ["after 1.25 s, however far ahead another clock has put it", at(5), at(1.25)],
  ])("asks the carrier for its first call %s, and sends the rest on accordingly", async (_, dueThen, moment) => {
    const world = await batchWorld();
    const asked = momentsOf(world);
    await dialer(world)({ ...world.message, due: dueThen });
    const secondsFrom = (time: string) => (Date.parse(time) - Date.parse(at(0))) / 1_000;
    const begins = secondsFrom(moment) - 0.25;
    expect(asked[0]).toBe(at(begins));
    expect(asked[4]).toBe(moment);
    const due = at(secondsFrom(moment) + 1.025);
    expect(world.dial.sent).toMatchObject([{ not_before: at(Math.max(begins, 0) + 1), due }]);
  });
});
