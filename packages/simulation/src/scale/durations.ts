import type { Random } from "../random.ts";
import { SPREAD, stepMs } from "./assumptions.ts";
import { byStep, type StepName } from "./operations.ts";

const FACTORS = 4_096;
const AVERAGE_MS = byStep(stepMs);

/** How long steps take: the average of each, times a factor whose own average is 1, lognormally spread. */
export class Durations {
  readonly #random: Random;
  readonly #factors: readonly number[];

  constructor(random: Random) {
    this.#random = random;
    const normal = () => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
    this.#factors = Array.from({ length: FACTORS }, () => Math.exp(SPREAD * normal() - SPREAD ** 2 / 2));
  }

  of(step: StepName): number {
    return AVERAGE_MS[step] * (this.#factors[Math.floor(this.#random.next() * FACTORS)] ?? 1);
  }
}
