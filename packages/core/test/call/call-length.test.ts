import { describe, expect, it } from "vitest";
import {
  deadlineAtMs,
  deadlineSeconds,
  lengthSeconds,
  longestCallSeconds,
  type SpokenParts,
} from "../../src/call/call-length.ts";
import type { Settings } from "../../src/contracts/settings.ts";

const settings = (clockSpeed?: number) =>
  ({
    carrier: { ringingSeconds: 60, lengthSeconds: 1_800, clockSpeed },
    timers: { settleSeconds: 20, deadlineSeconds: 60 + 1_800 / (clockSpeed ?? 1) + 30 },
  }) as Pick<Settings, "carrier" | "timers">;

const said = (changes: Partial<SpokenParts>): SpokenParts => ({
  text: "x",
  pinLength: 4,
  attemptsAllowed: 3,
  ...changes,
});
const length = (changes: Partial<SpokenParts>) => lengthSeconds(said(changes), settings());

/** What each of these takes more than next to nothing. */
const more = (changes: Partial<SpokenParts>) => length(changes) - length({});

describe("the length of a call", () => {
  it("covers the longest prompt three times, and the longest goodbye", () => {
    expect(length({ text: "x".repeat(1_500), byeText: "x".repeat(500) })).toBeGreaterThanOrEqual(3 * 150 + 50);
  });

  it("covers every key being pressed at the last moment, in each attempt", () => {
    expect(length({ pinLength: 20 })).toBeGreaterThanOrEqual(3 * 20 * 5);
  });

  it("counts the failed text for repetitions, if there is one", () => {
    expect(more({ text: "x".repeat(101) })).toBe(30);
    expect(more({ text: "x".repeat(101), failedText: "x" })).toBe(10);
    expect(more({ failedText: "x".repeat(101) })).toBe(20);
    expect(more({ byeText: "x".repeat(100) })).toBe(10);
  });

  it.each([
    ["digits, which are read out as numbers", "1".repeat(10), 10],
    ["syllables", "請".repeat(10), 3],
    ["pauses", "<speak><break time=\"20s\"/><break time='500ms'/></speak>", 20.5],
  ])("is longer for %s", (_, byeText, seconds) => {
    expect(more({ byeText })).toBeGreaterThanOrEqual(Math.floor(seconds));
  });

  it("counts each repetition, and the longer of the texts of which one is said", () => {
    const long = "x".repeat(100);
    expect(more({ text: long, failedText: "x", loop: 3 }) - more({ text: long, failedText: "x" })).toBe(20);
    expect(more({ failedText: "x", silenceText: long })).toBe(20);
    expect(more({ byeText: "x", lastFailedText: long })).toBe(10);
    expect(more({ text: long, failedText: "x", repeatsText: true }) - more({ text: long, failedText: "x" })).toBe(20);
    expect(more({ attemptsAllowed: 4 })).toBe(30);
    expect(more({ inputTimeoutSeconds: 10 })).toBe(60);
  });

  it("is at most what was asked for, whatever the words take", () => {
    expect(length({ longestSeconds: 20 })).toBe(20);
    expect(length({ longestSeconds: 86_400 })).toBe(length({}));
  });

  it("is at most what the settings allow", () => {
    expect(length({ text: "1".repeat(1_500) })).toBe(1_800);
  });
});

describe("the deadline of a call", () => {
  it.each([said({}), said({ text: "x".repeat(1_500) }), said({ text: "1".repeat(1_500) })])(
    "leaves time to ring, for all that is said, and a little more: %#",
    (one) => {
      expect(deadlineSeconds(one, settings())).toBe(60 + lengthSeconds(one, settings()) + 30);
    },
  );

  it("comes later for a phone that may ring for longer, and sooner for one that may not", () => {
    const usual = deadlineSeconds(said({}), settings());
    expect(deadlineSeconds(said({ ringingSeconds: 120 }), settings())).toBe(usual + 60);
    expect(deadlineSeconds(said({ ringingSeconds: 20 }), settings())).toBe(usual - 40);
  });

  it.each([undefined, 30])("is at no time later than that of the longest call: clock speed %j", (speed) => {
    const longest = said({ text: "1".repeat(1_500), ringingSeconds: 120 });
    expect(deadlineSeconds(longest, settings(speed))).toBeLessThanOrEqual(longestCallSeconds(settings(speed)));
    expect(longestCallSeconds(settings())).toBe(120 + 1_800 + 30);
  });

  it("comes with those of all that are dialed within ten seconds, and never before its time", () => {
    const minuteMs = Date.UTC(2026, 0, 1, 12, 30);
    const comes = (secondsLater: number) =>
      (deadlineAtMs({ nowMs: minuteMs + secondsLater * 1_000, seconds: 120 }, settings()) - minuteMs) / 1_000;
    expect([0, 0.001, 4, 10, 10.5].map(comes)).toEqual([120, 130, 130, 130, 140]);
  });

  it("comes sooner where the carrier's clock is faster", () => {
    const allowed = 60 + lengthSeconds(said({}), settings()) / 30 + 30;
    expect(deadlineSeconds(said({}), settings(30))).toBeGreaterThanOrEqual(allowed);
    expect(deadlineSeconds(said({}), settings(30))).toBeLessThan(allowed + 1);
  });
});
