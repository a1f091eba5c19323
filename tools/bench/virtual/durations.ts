import type { Durations } from "@promptcall/simulation/world/durations";
import type { Random } from "@promptcall/simulation/world/random";
import { ASSUMED_MS } from "../../cost/assumptions.ts";

/** Median and 99th percentile, in ms. */
interface Stated {
  readonly p50: number;
  readonly p99: number;
  readonly source: string;
}

const MEASURED = "https://bitesizedserverless.com/bite/serverless-messaging-latency-compared/, February 2023";
/** Nobody has measured these for us: a tail of three times the median. */
const assumed = (p50: number): Stated => ({ p50, p99: 3 * p50, source: "assumed" });

export const STATED = {
  "a request to the table": assumed(ASSUMED_MS.PutItem),
  "a request to a queue": assumed(ASSUMED_MS.SendMessage),
  "a request to the bus": assumed(ASSUMED_MS.PutEvents),
  // Measured from the producer on: sending the message is counted twice.
  "a message, until its function has it": { p50: 16.2, p99: 105, source: MEASURED },
  "an event, until it is in a queue": { p50: 148, p99: 387, source: MEASURED },
  "the carrier's answer": assumed(ASSUMED_MS.carrier),
  "a customer's answer": assumed(ASSUMED_MS.customer),
} as const satisfies Record<string, Stated>;

const SERVICES = {
  table: STATED["a request to the table"],
  queues: STATED["a request to a queue"],
  bus: STATED["a request to the bus"],
};

/** "At 1,769 MB, a function has the equivalent of one vCPU": https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
const ONE_PROCESSOR_MB = 1_769;

/** What a function does by itself takes as much longer as it has less of a processor. */
export const slowedMs = (cpuMs: number, memoryMb: number): number => (cpuMs * ONE_PROCESSOR_MB) / memoryMb;

/** Of the normal distribution: one in a hundred is above. */
const Z99 = 2.326;

/** With chance, a logarithmic normal distribution; without, the medians. */
export function statedDurations(given: { work: Durations["work"]; hasChance: boolean }): Durations {
  const take = ({ p50, p99 }: Stated, random: Random) => {
    if (!given.hasChance) return p50;
    const z = Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
    return p50 * (p99 / p50) ** (z / Z99);
  };
  return {
    way: (random, to) => (to === "outside" ? 0 : take(SERVICES[to], random) / 2),
    polled: () => 0,
    pollers: 5,
    taken: (random) => take(STATED["a message, until its function has it"], random),
    delivered: (random) => take(STATED["an event, until it is in a queue"], random),
    carrier: (random) => take(STATED["the carrier's answer"], random),
    customer: (random) => take(STATED["a customer's answer"], random),
    work: given.work,
  };
}
