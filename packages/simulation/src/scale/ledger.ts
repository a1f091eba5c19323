import { memoryGbOf } from "./assumptions.ts";
import { Meter } from "./meter.ts";
import { byStep, type FunctionName, type StepName } from "./operations.ts";
import { CONSUMERS, type QueueName } from "./settings.ts";
import { usageOfStep } from "./usage.ts";

const USAGE = byStep(usageOfStep);

/** What was asked of whom, second by second and in all. */
export class Ledger {
  readonly meter = new Meter();
  readonly steps: Record<StepName, number> = byStep(() => 0);
  gbSeconds = 0;
  logBytes = 0;

  step(step: StepName, nowMs: number): void {
    const { events, deliveries, messages, readUnits, writeUnits, logBytes } = USAGE[step];
    this.steps[step] += 1;
    this.logBytes += logBytes;
    this.meter.add("events", nowMs, events);
    this.meter.add("deliveries", nowMs, deliveries);
    this.meter.add("queueRequests", nowMs, messages);
    this.meter.add("readUnits", nowMs, readUnits);
    this.meter.add("writeUnits", nowMs, writeUnits);
    if (step === "place" || step === "limited") this.meter.add("carrierRequests", nowMs, 1);
  }

  /** Of a function that a request has called. */
  request(metered: "apiRequests" | "webhooks", nowMs: number, ms: number): void {
    this.meter.add(metered, nowMs, 1);
    this.#invocation(metered === "apiRequests" ? "api" : "webhooks", nowMs, ms);
  }

  /** Of a function that was handed a batch: received together, and deleted together. */
  batch(queue: QueueName, { nowMs, ms, messages }: { nowMs: number; ms: number; messages: number }): void {
    this.meter.add(queue, nowMs, messages);
    this.meter.add("queueRequests", nowMs, 2);
    this.#invocation(CONSUMERS[queue], nowMs, ms);
  }

  #invocation(name: FunctionName, nowMs: number, ms: number): void {
    this.meter.add("invocations", nowMs, 1);
    this.gbSeconds += (ms / 1000) * memoryGbOf(name);
  }
}
