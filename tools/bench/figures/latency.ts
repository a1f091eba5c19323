import { evaluateStacks } from "@promptcall/simulation/cloud/stacks";
import type { Figure, Measurement } from "../figure.ts";
import { percentile } from "../statistics.ts";
import { deployed } from "../virtual/deployed.ts";
import { STATED } from "../virtual/durations.ts";
import { type Latencies, playVirtually, type Request, type Step } from "../virtual/play.ts";

const GOAL = 2;
const PACE = 3;

/**
 * What docs/scale.md says to set for 1,000 calls/s: the least that lets them through, and what they need so that hardly any
 * waits for a dialer, which each holds for half a second.
 */
const [LETS_THROUGH, HAS_ROOM] = [2_000, 5_000];

/** Calls a second, and how many: each second one of each application. */
const LOADS: readonly Load[] = [
  { rate: 1, calls: 1_000 },
  { rate: 100, calls: 1_000 },
  { rate: 1_000, calls: 3_000, account: HAS_ROOM },
  { rate: 1_000, calls: 3_000, account: LETS_THROUGH, isBeside: true },
  { rate: 100, calls: 1_000, isSudden: true, isBeside: true },
];

interface Load {
  readonly rate: number;
  readonly calls: number;
  /** `ACCOUNT_CONCURRENCY`, where it is not the default. */
  readonly account?: number;
  /** Whether nothing was asked for before, and Lambda has yet to begin to poll more. */
  readonly isSudden?: boolean;
  /** Shown, and no part of the goal. */
  readonly isBeside?: boolean;
}

interface Row {
  readonly load: Load;
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
      const { latencies } = await playVirtually({
        ...played,
        ...(load.account && {
          stacks: await evaluateStacks({ variables: { ACCOUNT_CONCURRENCY: String(load.account) } }),
        }),
        durations: load.isSudden ? durations : { ...durations, pollers: Number.POSITIVE_INFINITY },
        requests: singles(load),
      });
      rows.push(...rowsOf(latencies, { alone, load }));
      say(`${load.calls} calls at ${nameOf(load)}`);
    }
    return [figureOf(rows)];
  },
};

function singles({ rate, calls }: { rate: number; calls: number }): readonly Request[] {
  return Array.from({ length: calls }, (_, index) => ({
    ...{ atMs: (index * 1_000) / rate, application: `application-${index % rate}`, calls: 1, isMeasured: true },
  }));
}

function nameOf({ rate, account, isSudden }: Load): string {
  return `${rate}/s${account ? `, account of ${account}` : ""}${isSudden ? ", all of a sudden" : ""}`;
}

function rowsOf(latencies: Latencies, { alone, load }: { alone: Latencies; load: Load }): readonly Row[] {
  return (Object.keys(latencies) as Step[]).map((step) => {
    const [p50, p99] = [percentile(latencies[step], 50), percentile(latencies[step], 99)];
    return { load, step, p50, p99, sum: alone[step][0] ?? Number.NaN };
  });
}

function figureOf(rows: readonly Row[]): Figure {
  const ratioOf = ({ p50, p99 }: Row) => p99 / p50;
  const judged = rows.filter(({ load }) => !load.isBeside);
  const [worst] = judged.toSorted((one, other) => ratioOf(other) - ratioOf(one));
  if (worst === undefined) throw new TypeError("nothing was played");
  const named = ({ step, load }: Row) => `${step} at ${nameOf(load)}`;
  const over = judged.filter((row) => ratioOf(row) > GOAL).map(named);
  return {
    name: "latency",
    title: "From a step of a call to the next, at the worst",
    measured: { value: worst.p99, unit: `ms, 99th percentile of ${named(worst)}` },
    reference: { value: worst.p50, unit: "ms, its median" },
    ratio: { value: ratioOf(worst), of: `times the median; over ${GOAL}: ${over.join(", ") || "none"}` },
    goal: { text: `at most ${GOAL} times the median, each`, isMet: over.length === 0 },
    how: [
      `The real handlers on the simulation's clock, wired and limited as production deploys them, with no faults: ${LOADS.map((load) => `${load.calls} single calls at ${nameOf(load)}`).join(", ")}, each application one a second of an agreed ${PACE}, each with a registered key, dialed now. By default the gateway lets 500 calls/s through. With ACCOUNT_CONCURRENCY=${LETS_THROUGH} it lets 1,000 through; with ${HAS_ROOM} there are as many dialers as that needs (docs/scale.md), and the goal is for these. A function's own work takes what own-cpu measured in the same run, on the share of a processor that its memory gives. Not played: starts of functions, and ways over the internet.`,
      "Lambda has come to poll each queue as often as the plan lets it. It begins with five pollers and adds 300 a minute (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html); calls that all of a sudden come meet that, and are no part of the goal.",
      `Stated, not measured here, as median and 99th percentile in ms of a logarithmic normal distribution: ${Object.entries(
        STATED,
      )
        .map(([what, { p50, p99, source }]) => `${what} ${p50} and ${p99} (${source})`)
        .join("; ")}. EventBridge has become quicker since.`,
      "Reference: the same calls' median, and, in the table, the sum of the steps: one call by itself, with every step at its median.",
    ],
    table: {
      columns: ["ms", "calls", "sum of its steps", "p50", "p99", "p99/p50"],
      rows: rows.map((row) => [
        ...[row.step, nameOf(row.load), row.sum.toFixed(0), row.p50.toFixed(0), row.p99.toFixed(0)],
        ratioOf(row).toFixed(2),
      ]),
    },
  };
}
