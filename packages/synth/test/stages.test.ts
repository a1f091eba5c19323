import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { stageConfig } from "../../../stacks/config.ts";
import type { Graph } from "../src/graph.ts";
import { synthesize } from "../src/run/synthesize.ts";
import { repository } from "./support/altered.ts";

const given = (variables: Record<string, string>) =>
  synthesize({ repository, root: repository, stage: "staging", variables, code: "left out" });

afterEach(() => void vi.unstubAllEnvs());

describe("a stage", () => {
  it("with a wrong variable is not synthesised, and says what is wrong", async () => {
    const says = 'Stage "staging": AWS_REGION must be a region of AWS, as "eu-west-1"';
    await expect(given({ AWS_REGION: "europe" })).rejects.toThrow(says);
  });

  it.each([
    ["AWS_REGION", "europe", 'must be a region of AWS, as "eu-west-1"'],
    ["VONAGE_HOST", "api.nexmo.com", 'must be the address of the carrier, and begin with "https://"'],
    ["VONAGE_HOST", "http://api.nexmo.com", 'must be the address of the carrier, and begin with "https://"'],
    ["SIM_SPEED", "fast", "must be a number"],
    ["BREAKPOINT_SECONDS", "901", "must be 900 at the most"],
  ])("has no config with a wrong %s (%s), and says what is wrong", (name, value, says) => {
    vi.stubEnv(name, value);
    expect(() => stageConfig("staging")).toThrow(`Stage "staging": ${name} ${says}`);
  });
});

describe("a stage that is debugged, in another region and with another host of the carrier", () => {
  let graph: Graph;

  beforeAll(async () => {
    const variables = {
      AWS_REGION: "eu-west-1",
      VONAGE_HOST: "https://api-eu-3.vonage.com",
      BREAKPOINT_SECONDS: "600",
    };
    graph = await given(variables);
  });

  it("lives in the region, and calls through the host", () => {
    const arns = graph.resources.flatMap(({ type, arn = "" }) => (type === "aws:sqs/queue:Queue" ? [arn] : []));
    expect(graph.app).toMatchObject({ stage: "staging", region: "eu-west-1", removal: "remove", protect: false });
    expect(arns.every((arn) => arn.startsWith("arn:aws:sqs:eu-west-1:"))).toBe(true);
    const settings = graph.resources.find(({ name }) => name === "SettingsLinkRef")?.inputs.properties;
    expect(settings).toMatchObject({ carrier: { host: "https://api-eu-3.vonage.com" } });
  });

  it("lets the functions of its queues stand still at a breakpoint, and holds their messages for as long", () => {
    const ofType = (type: string, name: string) =>
      graph.resources.find((resource) => resource.type === type && resource.name.startsWith(name))?.inputs;
    const dialer = ofType("aws:lambda/function:Function", "DialQueueSubscriber");
    const queue = ofType("aws:sqs/queue:Queue", "DialQueueQueue");
    expect(dialer?.timeout).toBe(600);
    expect(queue?.visibilityTimeoutSeconds).toBe(3_600);
  });

  it("is not production", () => {
    vi.stubEnv("BREAKPOINT_SECONDS", "600");
    expect(() => stageConfig("production")).toThrow("BREAKPOINT_SECONDS is for debugging");
  });
});

describe("the local stage", () => {
  it("has the deadlines of a deployment, where these are not to be short", () => {
    vi.stubEnv("SHORT_DEADLINES", "false");
    const { carrier, timers } = stageConfig("local").settings;
    expect(timers).toEqual(stageConfig("staging").settings.timers);
    expect(carrier).not.toHaveProperty("clockSpeed");
  });

  it("has them as much shorter as the simulated carrier's clock is faster, otherwise", () => {
    vi.stubEnv("SIM_SPEED", "60");
    const { carrier, timers } = stageConfig("local").settings;
    expect([carrier.clockSpeed, timers]).toEqual([60, { settleSeconds: 4, deadlineSeconds: 36 }]);
  });
});
