import type { Figure, Measurement } from "../figure.ts";
import { linearFit } from "../statistics.ts";
import { type Deployed, deployed } from "../virtual/deployed.ts";
import { playVirtually } from "../virtual/play.ts";

const RUNS: readonly Run[] = [
  { name: "3/s", calls: 600, callsPerSecond: 3, applications: 1 },
  { name: "30/s", calls: 6_000, callsPerSecond: 30, applications: 1 },
  { name: "100/s", calls: 20_000, callsPerSecond: 100, applications: 1 },
  { name: "3/s, two applications of one account", calls: 600, callsPerSecond: 3, applications: 2 },
];
const GOAL = 0.97;
const MOST_REFUSED = 0.005;
const MOST_OF_BATCH = 10_000;
const WINDOW_SECONDS = 10;

interface Run {
  readonly name: string;
  readonly calls: number;
  readonly callsPerSecond: number;
  /** Which share an account, and the calls. */
  readonly applications: number;
}

interface Curve extends Run {
  readonly dialSeconds: readonly number[];
  readonly refused: number;
  readonly dialsPerSecond: number;
  readonly share: number;
}

export const pace: Measurement = {
  figures: ["pace"],
  async measure(say, effort) {
    const stage = await deployed(say, effort);
    const curves: Curve[] = [];
    for (const run of effort === "once" ? RUNS.slice(0, 1) : RUNS) {
      curves.push(await curveOf(run, stage));
      say(`${run.calls} calls at ${run.name}`);
    }
    return [figureOf(curves)];
  },
};

async function curveOf(run: Run, { stacks, durations }: Deployed): Promise<Curve> {
  const { calls, callsPerSecond, applications } = run;
  const batches = Math.max(applications, calls / MOST_OF_BATCH);
  const requests = Array.from({ length: batches }, (_, index) => ({
    ...{ atMs: 0, application: `application-${index % applications}`, calls: calls / batches, isMeasured: false },
  }));
  const { dialsMs, refused } = await playVirtually({ stacks, durations, requests, callsPerSecond, account: "account" });
  const dialSeconds = dialsMs.map((ms) => ms / 1_000);
  // The slope of all of them, which a last step that is not full does not change.
  const { slope } = linearFit(dialSeconds.map((x, y) => ({ x, y })));
  return { ...run, dialSeconds, refused, dialsPerSecond: slope, share: slope / callsPerSecond };
}

function figureOf(curves: readonly Curve[]): Figure {
  const share = Math.min(...curves.map((curve) => curve.share));
  const refused = curves.reduce((sum, curve) => sum + curve.refused, 0);
  return {
    name: "pace",
    title: "Dials at the pace that the carrier allows",
    measured: { value: share * 100, unit: "% of the limit" },
    reference: { value: 100, unit: "% of the limit" },
    ratio: { value: share, of: `of the reference, and ${refused} refused` },
    goal: {
      text: `at least ${GOAL}, and at most ${MOST_REFUSED * 100} % refused`,
      isMet: share >= GOAL && curves.every((curve) => curve.refused <= MOST_REFUSED * curve.calls),
    },
    how: [
      "A batch for 200 s in each row, one of each application, or two where one would be too large, on the simulation's clock as for latency, a step's own work for each call that it dials included: what comes late does so by stated durations, and not by what else this machine does. The carrier refuses what is above the limit in any second; everybody picks up. The lowest of the shares; a rate is the slope of all dials over their time, by least squares.",
      "Reference: the limit itself.",
    ],
    table: {
      columns: ["limit", "calls", "dials/s", "share", "refused with 429", "first dial after", "last dial after"],
      rows: curves.map(({ name, calls, dialSeconds, refused, dialsPerSecond, share }) => [
        ...[name, calls, dialsPerSecond.toFixed(2), `${(share * 100).toFixed(1)} %`, refused],
        ...[dialSeconds[0], dialSeconds.at(-1)].map((seconds) => `${seconds?.toFixed(1)} s`),
      ]),
    },
    plots: [{ file: "pace.svg", plot: plotOf(curves) }],
  };
}

function plotOf(curves: readonly Curve[]) {
  const lines = curves.map(({ name, callsPerSecond, dialSeconds }) => {
    const windows = Map.groupBy(dialSeconds, (seconds) => Math.floor(seconds / WINDOW_SECONDS));
    // The last one is not whole.
    const points = [...windows].slice(0, -1).map(([window, dials]) => ({
      x: (window + 0.5) * WINDOW_SECONDS,
      y: (dials.length / WINDOW_SECONDS / callsPerSecond) * 100,
    }));
    return { name, points };
  });
  const limit = { name: "the limit", isReference: true, points: [0, 200].map((x) => ({ x, y: 100 })) };
  return { title: "Dials a second, over time", x: "seconds", y: "% of the limit", lines: [...lines, limit] };
}
