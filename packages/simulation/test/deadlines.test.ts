import { deadlineSeconds, lengthSeconds, type SpokenParts } from "@promptcall/core/call/call-length";
import { afterEach, describe, expect, it, vi } from "vitest";
import { stageConfig } from "../../../stacks/config.ts";

afterEach(() => void vi.unstubAllEnvs());

const SAID: readonly SpokenParts[] = [
  { text: "x", pinLength: 1, attemptsAllowed: 3 },
  { text: "x".repeat(1_500), byeText: "x".repeat(500), pinLength: 20, attemptsAllowed: 3 },
  { text: "請".repeat(1_500), pinLength: 4, attemptsAllowed: 3 },
];

describe("the deadline of a call", () => {
  it.each([
    ["production", "30"],
    ["local", "1"],
    ["local", "10"],
    ["local", "60"],
  ])(
    "comes after it has rung, talked and been settled, at the stage %s, and at a carrier %s times as fast",
    (stage, speed) => {
      if (stage === "local") vi.stubEnv("SIM_SPEED", speed);
      const { settings } = stageConfig(stage);
      const { ringingSeconds, clockSpeed = 1 } = settings.carrier;
      for (const said of SAID) {
        const longest = (ringingSeconds + lengthSeconds(said, settings)) / clockSpeed;
        expect(deadlineSeconds(said, settings)).toBeGreaterThan(longest + settings.timers.settleSeconds);
      }
    },
  );
});
