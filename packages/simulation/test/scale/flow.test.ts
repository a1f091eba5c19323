import { describe, expect, it } from "vitest";
import { capacityOf } from "../../src/scale/capacity.ts";
import { type Figures, figuresOf } from "../../src/scale/figures.ts";
import { burstOf, dayOf } from "../../src/scale/scenarios.ts";
import { deployedSettings } from "../../src/scale/settings.ts";
import { usageOfCall } from "../../src/scale/usage.ts";

const scenario = dayOf({ callsPerDay: 800_000 });
const settings = deployedSettings();
const quiet = figuresOf({ scenario, settings, seed: 7 });

/** Within so much of what is expected. */
const near = (expected: number, share: number) => ({
  asymmetricMatch: (value: number) => Math.abs(value - expected) <= share * expected,
});

describe("a day well within what is deployed", () => {
  it("is the same for the same seed, and another one for another", () => {
    expect(figuresOf({ scenario, settings, seed: 7 })).toEqual(quiet);
    expect(figuresOf({ scenario, settings, seed: 8 }).calls.asked).not.toBe(quiet.calls.asked);
  });

  it("sees every call dialed once and its result delivered once", () => {
    const { asked } = quiet.calls;
    const { dials, refused } = quiet.attempts;
    expect({ ...quiet.calls, placed: dials - refused }).toEqual({
      asked,
      refused: 0,
      dialed: asked,
      delivered: asked,
      placed: asked,
      expired: 0,
      closedEarly: 0,
      turnedAway: 0,
    });
  });

  it("asks of AWS what the table of operations comes to for so many calls", () => {
    const perSecond = quiet.perSecond.apiRequests.mean;
    const { events, deliveries } = usageOfCall();
    expect(quiet.perSecond).toMatchObject({
      events: { mean: near(events * perSecond, 0.05) },
      deliveries: { mean: near(deliveries * perSecond, 0.05) },
    });
  });

  it("holds as many deadlines as are set while one lasts", () => {
    const { carrierRequests } = quiet.perSecond;
    expect(quiet.queues.timers.delayed).toEqual(near(carrierRequests.mean * settings.deadlineSeconds, 0.1));
  });
});

describe("what is deployed", () => {
  it("reduces more than twice what it dials, since a call whose reports wait is closed without them", () => {
    const { dial, state } = capacityOf(settings);
    const toReduce = usageOfCall().deliveries - 1;
    expect(state / toReduce).toBeGreaterThan(2 * dial);
  });
});

describe("more than is deployed", () => {
  const tight = { ...settings, batchSize: 1, maximumConcurrency: { ...settings.maximumConcurrency, state: 1 } };

  it("is worked off when no more comes, and nothing is lost", () => {
    const { calls, queues, drainSeconds } = figuresOf({
      scenario: dayOf({ callsPerDay: 700_000 }),
      settings: tight,
      seed: 1,
    });
    expect(calls.delivered).toBe(calls.asked);
    expect(queues.state.waiting).toBeGreaterThan(1_000);
    expect(drainSeconds).toBeGreaterThan(60);
  });

  it("has calls closed by their deadline once reports wait longer than that", () => {
    const { calls, queues } = figuresOf({ scenario: dayOf({ callsPerDay: 1_000_000 }), settings: tight, seed: 1 });
    expect(queues.state.oldestSeconds).toBeGreaterThan(settings.deadlineSeconds);
    expect(calls.closedEarly).toBeGreaterThan(0);
    expect(calls.delivered).toBe(calls.asked);
  });
});

describe("a burst of one application", () => {
  const burst = (options: Parameters<typeof burstOf>[0]): Figures =>
    figuresOf({ scenario: burstOf(options), settings, seed: 1 });

  it("of one batch is dialed at the carrier's pace, and keeps nobody waiting", () => {
    const { calls, attempts, secondsToDial, lastCall } = burst({ calls: 3_000, together: 3_000 });
    expect(calls).toMatchObject({ asked: 3_001, refused: 0, dialed: 3_001, delivered: 3_001, expired: 0 });
    expect(attempts.refused).toBeLessThan(0.01 * attempts.dials);
    expect(secondsToDial.longest).toEqual(near(3_000 / settings.carrierCallsPerSecond, 0.05));
    expect(lastCall.secondsToDial).toBeLessThan(1);
  });

  it("is refused at once where it would come too late, but for those that were accepted", () => {
    const { calls, secondsToDial } = burst({ calls: 30_000, together: 10_000 });
    const places = 3_600 * settings.carrierCallsPerSecond;
    expect(calls.asked - calls.refused).toEqual(near(places, 0.05));
    expect(calls.delivered).toBe(calls.asked - calls.refused);
    expect(secondsToDial.longest).toBeLessThan(3_700);
  });

  it("of single calls keeps another application's call waiting at the gateway alone", () => {
    const { calls, lastCall } = burst({ calls: 60_000 });
    const { requestsPerSecond, burst: atOnce } = settings.throttle;
    expect(calls.turnedAway).toBeGreaterThan(0);
    expect(lastCall.secondsToDial).toEqual(near((60_000 - atOnce) / requestsPerSecond - 61, 0.1));
  });
});
