import type { Figure, Measurement } from "../figure.ts";
import { percentile } from "../statistics.ts";
import { deployed } from "../virtual/deployed.ts";
import { STATED } from "../virtual/durations.ts";
import { type Latencies, playVirtually, type Request, type Step } from "../virtual/play.ts";

const GOAL = 2;
const PACE = 3;

/** Calls a second, and how many: each second one of each application. */
const LOADS = [
  { rate: 1, calls: 200 },
  { rate: 100, calls: 1_000 },
  { rate: 1_000, calls: 3_000 },
];

interface Row {
  readonly rate: number;
  readonly step: Step;
  readonly sum: number;
  readonly p50: number;
  readonly p99: number;
}

export const latency: Measurement = {
  figures: ["latency"],
  async measure(say, effort) {
    const { stacks, durations, medians } = await deployed(say, effort);
    const played = { stacks, callsPerSecond: PACE };
    const { latencies: alone } = await playVirtually({
      ...played,
      durations: medians,
      requests: singles({ rate: 1, calls: 1 }),
    });
    const rows: Row[] = [];
    for (const load of effort === "once" ? [{ rate: 1, calls: 1 }] : LOADS) {
      const { latencies } = await playVirtually({ ...played, durations, requests: singles(load) });
      rows.push(...rowsOf(latencies, { alone, rate: load.rate }));
      say(`${load.calls} calls at ${load.rate}/s`);
    }
    return [figureOf(rows)];
  },
};

function singles({ rate, calls }: { rate: number; calls: number }): readonly Request[] {
  return Array.from({ length: calls }, (_, index) => ({
    ...{ atMs: (index * 1_000) / rate, application: `application-${index % rate}`, calls: 1, isMeasured: true },
  }));
}

function rowsOf(latencies: Latencies, { alone, rate }: { alone: Latencies; rate: number }): readonly Row[] {
  return (Object.keys(latencies) as Step[]).map((step) => {
    const [p50, p99] = [percentile(latencies[step], 50), percentile(latencies[step], 99)];
    return { rate, step, p50, p99, sum: alone[step][0] ?? Number.NaN };
  });
}

function figureOf(rows: readonly Row[]): Figure {
  const ratioOf = ({ p50, p99 }: Row) => p99 / p50;
  const [worst] = rows.toSorted((one, other) => ratioOf(other) - ratioOf(one));
  if (worst === undefined) throw new TypeError("nothing was played");
  const over = rows.filter((row) => ratioOf(row) > GOAL).map(({ rate, step }) => `${step} at ${rate}/s`);
  return {
    name: "latency",
    title: "From a step of a call to the next, at the worst",
    measured: { value: worst.p99, unit: `ms, 99th percentile of ${worst.step} at ${worst.rate}/s` },
    reference: { value: worst.p50, unit: "ms, its median" },
    ratio: { value: ratioOf(worst), of: `times the median; over ${GOAL}: ${over.join(", ") || "none"}` },
    goal: { text: `at most ${GOAL} times the median, each`, isMet: over.length === 0 },
    how: [
      `The real handlers on the simulation's clock, wired and limited as production deploys them, with no faults: ${LOADS.map(({ calls, rate }) => `${calls} single calls at ${rate}/s`).join(", ")}, each application one a second of an agreed ${PACE}, each with a registered key, dialed now. A function's own work takes what own-cpu measured in the same run, on the share of a processor that its memory gives. Not played: starts of functions, the gateway's throttle and what a function URL takes, which are below 1,000 calls/s as deployed (docs/scale.md), and ways over the internet.`,
      `Stated, not measured here, as median and 99th percentile in ms of a logarithmic normal distribution: ${Object.entries(
        STATED,
      )
        .map(([what, { p50, p99, source }]) => `${what} ${p50} and ${p99} (${source})`)
        .join("; ")}. EventBridge has become quicker since.`,
      "Reference: the same calls' median, and, in the table, the sum of the steps: one call by itself, with every step at its median.",
    ],
    table: {
      columns: ["ms", "calls/s", "sum of its steps", "p50", "p99", "p99/p50"],
      rows: rows.map((row) => [
        ...[row.step, row.rate, row.sum.toFixed(0), row.p50.toFixed(0), row.p99.toFixed(0)],
        ratioOf(row).toFixed(2),
      ]),
    },
  };
}
