import { describe, expect, it } from "vitest";
import { type Figures, figuresOf } from "../../src/scale/figures.ts";
import { burstOf, dayOf } from "../../src/scale/scenarios.ts";
import { deployedSettings, liftedSettings } from "../../src/scale/settings.ts";
import { usageOfCall } from "../../src/scale/usage.ts";

const scenario = dayOf({ callsPerDay: 200_000 });
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

describe("more than is deployed", () => {
  const tight = { ...settings, maximumConcurrency: { ...settings.maximumConcurrency, state: 1 } };

  it("is worked off when no more comes, and nothing is lost", () => {
    const { calls, queues, drainSeconds } = figuresOf({
      scenario: dayOf({ callsPerDay: 400_000 }),
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
  const burst = (options: Partial<typeof settings> = {}): Figures =>
    figuresOf({ scenario: burstOf(3_000), settings: { ...settings, ...options }, seed: 1 });

  it("is dialed at the carrier's pace", () => {
    const { calls, perSecond, attempts } = burst();
    expect(calls).toMatchObject({ asked: 3_001, dialed: 3_001, delivered: 3_001, expired: 0 });
    expect(perSecond.webhooks.mean).toBeLessThan(5 * settings.carrierCallsPerSecond);
    expect(attempts.refused).toBeGreaterThan(attempts.dials / 2);
  });

  it("keeps another application's call waiting for as long as the dialer takes to come round, and no longer without bounds", () => {
    const lifted = figuresOf({ scenario: burstOf(3_000), settings: liftedSettings(), seed: 1 });
    expect(burst().lastCall.secondsToDial).toBeGreaterThan(10 * lifted.lastCall.secondsToDial);
  });
});
