import { QUEUES } from "./settings.ts";

/** Messages worked on, by queue; and what the quotas of AWS and of the carrier are put on, per second. */
export const METERED = [
  ...QUEUES,
  "apiRequests",
  "webhooks",
  "invocations",
  "events",
  "deliveries",
  "queueRequests",
  "readUnits",
  "writeUnits",
  "carrierRequests",
] as const;
export type Metered = (typeof METERED)[number];

export interface Period {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Counts by the second. */
export class Meter {
  readonly #counts = Object.fromEntries(METERED.map((metered) => [metered, []])) as unknown as Record<
    Metered,
    number[]
  >;

  add(metered: Metered, nowMs: number, count: number): void {
    const seconds = this.#counts[metered];
    const second = Math.floor(nowMs / 1000);
    while (seconds.length <= second) seconds.push(0);
    seconds[second] = (seconds[second] ?? 0) + count;
  }

  /** The busiest second. */
  peak(metered: Metered, period: Period): number {
    return this.#within(metered, period).reduce((most, count) => Math.max(most, count), 0);
  }

  mean(metered: Metered, period: Period): number {
    const seconds = this.#within(metered, period);
    return seconds.reduce((sum, count) => sum + count, 0) / ((period.untilMs - period.fromMs) / 1000);
  }

  total(metered: Metered): number {
    return this.#counts[metered].reduce((sum, count) => sum + count, 0);
  }

  #within(metered: Metered, { fromMs, untilMs }: Period): readonly number[] {
    return this.#counts[metered].slice(Math.floor(fromMs / 1000), Math.floor(untilMs / 1000));
  }
}

/** The busiest second of the busiest of many keys. */
export class KeyMeter {
  readonly #counts = new Map<number, { second: number; count: number }>();
  peak = 0;

  add(key: number, nowMs: number, count: number): void {
    const second = Math.floor(nowMs / 1000);
    const known = this.#counts.get(key);
    const next = known?.second === second ? { second, count: known.count + count } : { second, count };
    this.#counts.set(key, next);
    this.peak = Math.max(this.peak, next.count);
  }
}
