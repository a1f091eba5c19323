import { Random } from "../random.ts";
import { Durations } from "./durations.ts";
import { JOURNEYS, stepsOf } from "./journeys.ts";
import { STEPS, type StepName } from "./operations.ts";
import { CONSUMERS, type FlowSettings, QUEUES, type QueueName } from "./settings.ts";

const BATCHES = 2_000;

/** How many messages a second each function gets through when every batch of its is full. */
export function capacityOf(settings: FlowSettings): Record<QueueName, number> {
  const { batchSize, maximumConcurrency } = settings;
  const entries = QUEUES.map((queue) => [
    queue,
    (maximumConcurrency[queue] * batchSize) / fullBatchSeconds(queue, batchSize),
  ]);
  return Object.fromEntries(entries);
}

/** On average. A function takes its messages side by side. */
export function fullBatchSeconds(queue: QueueName, batchSize: number): number {
  const random = new Random(1);
  const durations = new Durations(random);
  const steps = stepsIn(queue);
  let totalMs = 0;
  for (let batch = 0; batch < BATCHES; batch += 1) {
    const each = Array.from({ length: batchSize }, () => durations.of(random.pick(steps)));
    totalMs += Math.max(...each);
  }
  return totalMs / BATCHES / 1000;
}

/** What messages of this queue turn out to be in calls that meet with nothing unusual, by how often they do. */
function stepsIn(queue: QueueName): readonly StepName[] {
  if (queue === "callbackRetries") return ["redeliver"];
  return Object.values(JOURNEYS).flatMap((journey) => {
    const steps = stepsOf(journey).filter((step) => STEPS[step].function === CONSUMERS[queue]);
    return Array.from({ length: Math.round(100 * journey.share) }, () => steps).flat();
  });
}
