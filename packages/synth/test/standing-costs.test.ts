import { expect, inject, it } from "vitest";
import { STANDING } from "../../../tools/scale/cost.ts";

const { resources } = inject("production");
const of = (type: string) => resources.filter((resource) => resource.type === type);

/** A metric of its own, or those that an expression is made of. */
function metricsOf({ metricQueries }: Record<string, unknown>): number {
  return Array.isArray(metricQueries) ? metricQueries.filter((query) => "metric" in query).length : 1;
}

it("what a deployment costs for being there is counted as it is deployed", () => {
  expect(STANDING).toEqual({
    polledQueues: of("aws:lambda/eventSourceMapping:EventSourceMapping").length,
    alarmMetrics: of("aws:cloudwatch/metricAlarm:MetricAlarm").reduce((sum, { inputs }) => sum + metricsOf(inputs), 0),
    keys: of("aws:kms/key:Key").length,
  });
});
