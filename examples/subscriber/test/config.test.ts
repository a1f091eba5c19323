import { afterEach, describe, expect, it, vi } from "vitest";
import { stageConfig } from "../stacks/config.ts";

afterEach(() => void vi.unstubAllEnvs());

describe("the configuration of a stage", () => {
  it("names the bus that it was given", () => {
    vi.stubEnv("PROMPTCALL_BUS", "promptcall-production-BusBus-abcdefkh");
    vi.stubEnv("AWS_REGION", "eu-west-1");
    vi.stubEnv("ALARM_TOPIC_ARN", "arn:aws:sns:eu-west-1:123456789012:on-call");
    expect(stageConfig("production")).toEqual({
      production: true,
      region: "eu-west-1",
      busName: "promptcall-production-BusBus-abcdefkh",
      retentionDays: 400,
      alarmTopicArn: "arn:aws:sns:eu-west-1:123456789012:on-call",
    });
  });

  it.each([
    [undefined, "PROMPTCALL_BUS is not set."],
    ["", "PROMPTCALL_BUS is not set."],
    ["the bus", "PROMPTCALL_BUS is not the name of a bus: the bus."],
    ["arn:aws:events:us-east-1:1:event-bus/b", "PROMPTCALL_BUS is not the name of a bus: arn:"],
  ])("is refused with %j for a bus, by the name of the variable", (value, message) => {
    vi.stubEnv("PROMPTCALL_BUS", value);
    expect(() => stageConfig("production")).toThrow(message);
  });

  it.each(["", "europe"])("is refused with '%s' for a region", (value) => {
    vi.stubEnv("PROMPTCALL_BUS", "bus");
    vi.stubEnv("AWS_REGION", value);
    expect(() => stageConfig("production")).toThrow('AWS_REGION must be a region of AWS, as "eu-west-1".');
  });
});
