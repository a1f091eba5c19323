import { METRIC_NAMESPACE, METRICS } from "@promptcall/core/contracts/metrics";
import { afterEach, describe, expect, inject, it, vi } from "vitest";
import { stageConfig } from "../../../stacks/config.ts";
import { alarmsOf, metricsOf } from "../src/alarms.ts";
import { cloudOf } from "../src/cloud.ts";
import { resourcesOf } from "../src/graph.ts";
import { synthesize } from "../src/run/synthesize.ts";
import { repository } from "./support/altered.ts";

const graph = inject("production");
const [topic] = resourcesOf(graph, "aws:sns/topic:Topic");
const alarms = alarmsOf(graph);

/** What is watched by that metric of AWS's. */
const watched = (metricName: string, dimension: string) =>
  alarms
    .flatMap(metricsOf)
    .flatMap((metric) => (metric.metricName === metricName ? [metric.dimensions?.[dimension]] : []))
    .toSorted();

const { queues, mappings } = cloudOf(graph);
const nameOf = (arn: string) => arn.split(":").at(-1);

describe("every alarm", () => {
  it.each(alarms.map((alarm) => [alarm.name, alarm.inputs] as const))(
    "says what it means, where to read on, what silence means, and whom it tells: %s",
    (name, inputs) => {
      expect(inputs.alarmDescription).toMatch(new RegExp(`^.{15,} See docs/operations/runbook\\.md#${name}$`));
      expect(inputs).toMatchObject({
        name: `promptcall-production-${name}`,
        treatMissingData: name === "results-parked" ? "ignore" : "notBreaching",
        comparisonOperator: "GreaterThanThreshold",
        alarmActions: [topic?.arn],
        okActions: [topic?.arn],
      });
    },
  );

  it("that is on a metric of ours names one that is emitted, with its dimensions", () => {
    const ours = alarms.flatMap(metricsOf).filter(({ namespace }) => namespace === METRIC_NAMESPACE);
    expect(ours.length).toBeGreaterThan(8);
    for (const { metricName, dimensions } of ours) {
      expect(Object.keys(METRICS)).toContain(metricName);
      expect(dimensions).toEqual({ stage: "production" });
    }
  });

  it("is paid for by the metric: they are few", () => {
    expect(alarms.length).toBeLessThanOrEqual(13);
    expect(alarms.flatMap(metricsOf).length).toBeLessThanOrEqual(25);
    expect(Object.keys(METRICS).length).toBeLessThanOrEqual(11);
  });
});

describe("an alarm", () => {
  const deadLetters = queues.filter(({ redrive }) => redrive === undefined);
  const consumed = new Set(mappings.map(({ queue }) => queue?.arn));

  it.each(["production", "complete"] as const)(
    "is on what every address answers with 5xx, or turns away: %s",
    (stage) => {
      const watchedOf = (metricName: string) =>
        alarmsOf(inject(stage))
          .flatMap(metricsOf)
          .flatMap((metric) => (metric.metricName === metricName ? Object.values(metric.dimensions ?? {}) : []));
      const gateways = resourcesOf(inject(stage), "aws:apigatewayv2/api:Api").map(({ inputs }) => inputs.name);
      const urls = resourcesOf(inject(stage), "aws:lambda/functionUrl:FunctionUrl").map(
        ({ inputs }) => inputs.functionName,
      );
      expect(watchedOf("5xx")).toEqual(gateways);
      expect(watchedOf("Throttles")).toEqual(urls);
      // Where it has a gateway before it, nobody asks at its URL.
      expect(watchedOf("Url5xxCount")).toEqual(gateways.length > 1 ? [] : urls);
      expect(gateways.length).toBe(stage === "production" ? 1 : 2);
    },
  );

  it("is on every queue that gets stuck, and on all dead letters, those that are consumed and those that wait", () => {
    const names = (some: typeof queues) => some.map(({ arn }) => nameOf(arn)).toSorted();
    expect(watched("ApproximateAgeOfOldestMessage", "QueueName")).toEqual(
      names(queues.filter(({ redrive }) => redrive)),
    );
    expect(watched("NumberOfMessagesReceived", "QueueName")).toEqual(
      names(deadLetters.filter(({ arn }) => consumed.has(arn))),
    );
    expect(watched("ApproximateNumberOfMessagesVisible", "QueueName")).toEqual(
      names(deadLetters.filter(({ arn }) => !consumed.has(arn))),
    );
  });

  it("is on what every rule of the bus loses", () => {
    const rules = resourcesOf(graph, "aws:cloudwatch/eventRule:EventRule").map(({ arn = "" }) => arn.split("/").at(-1));
    expect(watched("InvocationsFailedToBeSentToDlq", "RuleName")).toEqual(rules.toSorted());
  });
});

it("every metric of ours is looked at, by an alarm or on the dashboard", () => {
  const [dashboard] = resourcesOf(graph, "aws:cloudwatch/dashboard:Dashboard");
  const written = JSON.stringify([alarms, dashboard]);
  expect(Object.keys(METRICS).filter((name) => !written.includes(name))).toEqual([]);
});

it("the dashboard is one of those that are free", () => {
  const [dashboard] = resourcesOf(graph, "aws:cloudwatch/dashboard:Dashboard");
  const { widgets } = JSON.parse(String(dashboard?.inputs.dashboardBody)) as {
    widgets: { properties: { metrics: unknown[] } }[];
  };
  const drawn = widgets.flatMap(({ properties }) => properties.metrics);
  expect(drawn.length).toBeGreaterThan(30);
  expect(drawn.length).toBeLessThanOrEqual(50);
});

describe("the topic of the alarms", () => {
  it("needs no key, which CloudWatch might not be let use", () => {
    expect([topic?.inputs.kmsMasterKeyId, resourcesOf(graph, "aws:kms/key:Key")]).toEqual([undefined, []]);
  });

  it("notifies an address when one is given, and nobody otherwise", async () => {
    const variables = { ALARM_EMAIL: "on-call@example.com" };
    const withAddress = await synthesize({
      repository,
      root: repository,
      stage: "production",
      variables,
      code: "left out",
    });
    const subscriptions = (of: typeof graph) => resourcesOf(of, "aws:sns/topicSubscription:TopicSubscription");
    expect(subscriptions(graph)).toEqual([]);
    expect(subscriptions(withAddress).map(({ inputs }) => inputs)).toEqual([
      { topic: topic?.arn, protocol: "email", endpoint: "on-call@example.com" },
    ]);
  });
});

describe("a stage", () => {
  afterEach(() => void vi.unstubAllEnvs());

  it.each([
    ["ALARM_EMAIL", "on-call", 'must be an address, as "on-call@example.com"'],
    [
      "OTEL_EXPORTER_OTLP_ENDPOINT",
      "grpc://otlp:4317",
      'must be the address of a collector, as "https://otlp.example.com"',
    ],
  ])("with a wrong %s (%s) is refused", (name, value, says) => {
    vi.stubEnv(name, value);
    expect(() => stageConfig("production")).toThrow(`Stage "production": ${name} ${says}`);
  });

  it.each(["production", "local"])("traces its calls when it knows where to (%s), and not otherwise", (stage) => {
    expect(stageConfig(stage).settings.tracing).toBeUndefined();
    vi.stubEnv("OTEL_EXPORTER_OTLP_ENDPOINT", "https://otlp.example.com");
    expect(stageConfig(stage).settings.tracing).toEqual({ endpoint: "https://otlp.example.com" });
  });
});
