import type { Random } from "./random.ts";

/** The services that can be down, each by itself. */
export const SERVICES = ["table", "bus", "queues"] as const;
export type Service = (typeof SERVICES)[number];

/** Shorter than a redelivery; longer than a report's receives; longer than any message's. */
const LENGTHS_MS = [20_000, 180_000, 1_800_000, 1_800_000];

export interface Outage {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** The outages of a history. */
export class Outages {
  readonly #byService: ReadonlyMap<Service, Outage>;

  constructor({
    random,
    probability,
    startMs,
    durationMs,
  }: {
    random: Random;
    probability: number;
    startMs: number;
    durationMs: number;
  }) {
    const down = SERVICES.filter(() => random.chance(probability));
    this.#byService = new Map(
      down.map((service) => {
        const fromMs = startMs + random.between(0, durationMs);
        return [service, { fromMs, untilMs: fromMs + random.pick(LENGTHS_MS) }];
      }),
    );
  }

  all(): readonly Outage[] {
    return [...this.#byService.values()];
  }

  isDown(service: Service, nowMs: number): boolean {
    const outage = this.#byService.get(service);
    return outage !== undefined && nowMs >= outage.fromMs && nowMs < outage.untilMs;
  }
}
