import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { durationMs, freshPace, type Pace, placesBy, placesFor, recovered, slowed, stepOf } from "../src/pace.ts";

const rate = fc.oneof(fc.integer({ min: 1, max: 1_000 }), fc.double({ min: 0.125, max: 1, noNaN: true }));

describe("a step", () => {
  it.each([
    [3, { calls: 3, seconds: 1 }],
    [30, { calls: 30, seconds: 1 }],
    [1.5, { calls: 1, seconds: 1 }],
    [1, { calls: 1, seconds: 1 }],
    [0.75, { calls: 1, seconds: 2 }],
    [0.125, { calls: 1, seconds: 8 }],
  ])("at %d calls a second is %o", (callsPerSecond, step) => {
    expect(stepOf({ callsPerSecond })).toEqual(step);
  });

  it("is never faster than the pace", () => {
    fc.assert(
      fc.property(rate, (callsPerSecond) => {
        const { calls, seconds } = stepOf({ callsPerSecond });
        expect(calls / seconds).toBeLessThanOrEqual(callsPerSecond + Number.EPSILON);
      }),
    );
  });
});

describe("places", () => {
  it("of 600 calls at 3 a second take 205 s: the 200 s that they need, and one in forty more", () => {
    expect(durationMs(600, freshPace())).toBe(205_000);
  });

  it("begin at once for an application at rest, and else where the last one taken ends", () => {
    const pace = freshPace();
    expect(placesFor(1, { pace, nowMs: 1_000 })).toEqual({ fromMs: 1_000, lastMs: 1_000, untilMs: 1_342 });
    const busy = { ...pace, takenUntilMs: 2_500 };
    expect(placesFor(6, { pace: busy, nowMs: 1_000 })).toEqual({ fromMs: 2_500, lastMs: 3_525, untilMs: 4_550 });
  });

  it("of a step that is not full begin with it, and the places after them before the next one", () => {
    const places = placesFor(8, { pace: freshPace(), nowMs: 0 });
    expect(places).toEqual({ fromMs: 0, lastMs: 2_050, untilMs: 2_734 });
  });

  it("that begin by a time are as many as fit before it, and no more", () => {
    fc.assert(
      fc.property(rate, fc.integer({ min: 1, max: 20_000 }), (callsPerSecond, count) => {
        const at = { pace: { ...freshPace(), callsPerSecond }, nowMs: 0 };
        const { lastMs } = placesFor(count, at);
        const fits = placesBy(lastMs, at);
        expect(fits).toBeGreaterThanOrEqual(count);
        expect(placesFor(fits, at).lastMs).toBe(lastMs);
        expect(placesFor(fits + 1, at).lastMs).toBeGreaterThan(lastMs);
      }),
    );
    expect(placesBy(999, { pace: { ...freshPace(), takenUntilMs: 1_000 }, nowMs: 0 })).toBe(0);
  });
});

describe("the pace", () => {
  const at = (seconds: number) => seconds * 1_000;
  const steady = freshPace(30);

  const refused = (pace: Pace, { times, second }: { times: number; second: number }) =>
    Array.from({ length: times }).reduce((before: Pace) => slowed(before, at(second)), pace);

  it("is halved by refusals that go on from one second to the next and are more than one in ten calls", () => {
    const once = refused(steady, { times: 20, second: 10 });
    expect(once).toEqual({ ...steady, refusedAtMs: at(10), refusals: 20 });
    expect(slowed(once, at(10.9))).toEqual({ ...once, refusals: 21 });
    const twice = slowed(once, at(11));
    expect(twice).toEqual({ ...steady, callsPerSecond: 15, changedAtMs: at(11), refusedAtMs: at(11), refusals: 1 });
    expect(refused(twice, { times: 4, second: 12 })).toMatchObject({ callsPerSecond: 7.5, changedAtMs: at(12) });
  });

  it("is left alone by refusals that are fewer", () => {
    const some = refused(steady, { times: 9, second: 10 });
    expect(slowed(refused(steady, { times: 8, second: 10 }), at(12.9))).toEqual(some);
    expect(slowed(some, at(12.9))).toMatchObject({ callsPerSecond: 15 });
  });

  it("of three calls a second is halved by one in each of two seconds", () => {
    expect(slowed(slowed(freshPace(), at(10)), at(11))).toMatchObject({ callsPerSecond: 1.5 });
  });

  it("is left alone by refusals now and then", () => {
    const once = refused(steady, { times: 20, second: 10 });
    expect(slowed(once, at(13.1))).toEqual({ ...steady, refusedAtMs: at(13.1), refusals: 1 });
  });

  it("of old, when refusals were not counted, is halved all the same", () => {
    expect(slowed({ ...freshPace(), refusedAtMs: at(10) }, at(11))).toMatchObject({ callsPerSecond: 1.5 });
  });

  it("never stops", () => {
    const crawling = { ...steady, callsPerSecond: 0.125, refusedAtMs: at(9) };
    expect(slowed(crawling, at(10))).toMatchObject({ callsPerSecond: 0.125 });
  });

  it("is doubled after five seconds without a refusal, up to the limit", () => {
    const slow = { ...steady, callsPerSecond: 10, changedAtMs: at(10) };
    expect(recovered(slow, at(14.9))).toEqual(slow);
    expect(recovered(slow, at(19.9))).toEqual({ ...slow, callsPerSecond: 20, changedAtMs: at(15) });
    expect(recovered(slow, at(20))).toEqual(steady);
    expect(recovered(steady, at(40))).toEqual(steady);
  });
});
