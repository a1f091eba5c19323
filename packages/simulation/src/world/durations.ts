import { SLOW_AFTER_MS } from "@promptcall/core/callbacks/bulkhead";
import type { Service } from "./outages.ts";
import type { Random } from "./random.ts";

/** How long things take, in ms. */
export interface Durations {
  /** A request on its way, and the answer of a service of AWS on the way back. */
  readonly way: (random: Random, to: Service | "outside") => number;
  /** Until a poller asks for a visible message; what becomes visible meanwhile comes with it. */
  readonly polled: (random: Random) => number;
  /** How many pollers a queue has at first. */
  readonly pollers: number;
  /** Until what a poller has got is with the function. */
  readonly taken: (random: Random) => number;
  /** Until an event is in the queue of its rule. */
  readonly delivered: (random: Random) => number;
  readonly carrier: (random: Random) => number;
  readonly customer: (random: Random) => number;
  /** What a function does by itself for each of its requests; 0 where virtual time does not go on meanwhile. */
  readonly work: (handler: string) => number;
}

/** Where faults are looked for, everything happens in any order. */
export const ANY_DURATIONS: Durations = {
  way: (random) => random.between(1, 30),
  polled: (random) => random.between(0, 50),
  pollers: Number.POSITIVE_INFINITY,
  taken: () => 0,
  delivered: (random) => random.between(5, 300),
  carrier: (random) => random.between(30, 600),
  // Fast, but for those who give no answer.
  customer: (random) => random.between(5, 0.9 * SLOW_AFTER_MS),
  work: () => 0,
};
