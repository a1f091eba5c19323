import { dimensionsOf, METRIC_NAMESPACE, METRICS, type MetricName, SERVICES } from "@promptcall/core/contracts/metrics";
import { afterEach, describe, expect, inject, it, vi } from "vitest";
import { stageConfig } from "../../../stacks/config.ts";
import { cloudOf } from "../src/cloud.ts";
import { type Resource, resourcesOf } from "../src/graph.ts";
import { synthesize } from "../src/run/synthesize.ts";
import { repository } from "./support/altered.ts";

interface Metric {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, string>>;
}
type Inputs = Metric & { readonly metricQueries?: readonly { readonly metric?: Metric }[] };

const graph = inject("production");
const [topic] = resourcesOf(graph, "aws:sns/topic:Topic");
const alarms = resourcesOf(graph, "aws:cloudwatch/metricAlarm:MetricAlarm");

/** The one metric of an alarm, or those its expression is over. */
function metricsOf({ inputs }: Resource): Metric[] {
  const { metricQueries, ...own } = inputs as unknown as Inputs;
  return metricQueries?.flatMap(({ metric }) => metric ?? []) ?? [own];
}

/** For each alarm on that metric of AWS's, what it is about. */
const watched = (metricName: string, dimension: string) =>
  alarms
    .flatMap(metricsOf)
    .flatMap((metric) => (metric.metricName === metricName ? [metric.dimensions[dimension]] : []))
    .toSorted();

const { queues, functions } = cloudOf(graph);
const nameOf = (arn: string) => arn.split(":").at(-1);

describe("every alarm", () => {
  it.each(alarms.map((alarm) => [alarm.name, alarm.inputs] as const))(
    "says what it means, where to read on, what silence means, and whom it tells: %s",
    (name, inputs) => {
      const { section = "" } =
        /^.{20,} See docs\/operations\/runbook\.md#(?<section>[a-z-]+)$/.exec(String(inputs.alarmDescription))
          ?.groups ?? {};
      expect(name.startsWith(section)).toBe(true);
      expect(inputs).toMatchObject({
        name: `promptcall-production-${name}`,
        treatMissingData: section === "results-parked" ? "ignore" : "notBreaching",
        comparisonOperator: "GreaterThanThreshold",
        alarmActions: [topic?.arn],
        okActions: [topic?.arn],
      });
    },
  );

  it("that is on a metric of ours names one that is emitted, with its dimensions", () => {
    const ours = alarms.flatMap(metricsOf).filter(({ namespace }) => namespace === METRIC_NAMESPACE);
    expect(ours.length).toBeGreaterThan(10);
    for (const { metricName, dimensions } of ours) {
      expect(Object.keys(dimensions).toSorted()).toEqual(dimensionsOf(metricName as MetricName));
      const { stage, service = SERVICES[0] } = dimensions;
      expect([stage, SERVICES]).toEqual(["production", expect.arrayContaining([service])]);
    }
  });

  it("on our own failures is there for every service", () => {
    expect(watched("Failures", "service")).toEqual(SERVICES.toSorted());
  });
});

describe("an alarm", () => {
  const deadLetters = queues.filter(({ redrive }) => redrive === undefined);
  const consumed = new Set(cloudOf(graph).mappings.map(({ queue }) => queue?.arn));

  it("is on the errors and the throttles of the functions that somebody waits for, which are those that take no messages", () => {
    const consumers = new Set(cloudOf(graph).mappings.map(({ function: fn }) => nameOf(fn?.arn ?? "")));
    const waitedFor = functions.map(({ arn }) => nameOf(arn)).filter((name) => !consumers.has(name));
    expect(watched("Errors", "FunctionName")).toEqual(waitedFor.toSorted());
    expect(watched("Throttles", "FunctionName")).toEqual(waitedFor.toSorted());
  });

  it("is on the recursion of every function that takes messages from a queue", () => {
    const consumers = cloudOf(graph).mappings.map(({ function: fn }) => nameOf(fn?.arn ?? ""));
    expect(watched("RecursiveInvocationsDropped", "FunctionName")).toEqual(consumers.toSorted());
  });

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

describe("the topic of the alarms", () => {
  it("is encrypted with a key that CloudWatch may use", () => {
    const [key, ...others] = resourcesOf(graph, "aws:kms/key:Key");
    expect([topic?.inputs.kmsMasterKeyId, others]).toEqual([key?.arn, []]);
    expect(JSON.parse(String(key?.inputs.policy)).Statement).toContainEqual({
      Effect: "Allow",
      Principal: { Service: "cloudwatch.amazonaws.com" },
      Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
      Resource: "*",
      Condition: { StringEquals: { "aws:SourceAccount": expect.any(String) } },
    });
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
