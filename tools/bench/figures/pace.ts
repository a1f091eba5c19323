import { performance } from "node:perf_hooks";
import type { Figure, Measurement } from "../figure.ts";
import { type Dial, startCarrier } from "../load/carrier.ts";
import { batchBody, type Customer, newCustomer, postBatch, setPace } from "../load/customer.ts";
import { startReceiver } from "../load/receiver.ts";
import { startRig } from "../rig/rig.ts";

const RUNS = [
  { calls: 600, callsPerSecond: 3 },
  { calls: 3_000, callsPerSecond: 30 },
];
const GOAL = 0.97;
const CLIENT_TIMEOUTS = 1.5;
const PLOTTED_SECONDS = 10;
/** Every thread compiles the code for itself, and takes its time with the first steps. */
const WARM_UP = { calls: 300, callsPerSecond: 30 };

export const pace: Measurement = {
  figures: ["pace"],
  async measure(say) {
    const runs = await Promise.all(RUNS.map(async (run) => ({ ...run, customer: await newCustomer() })));
    const callsPerSecond = Object.fromEntries(runs.map((run) => [run.customer.applicationId, run.callsPerSecond]));
    const carrier = await startCarrier({ callsPerSecond, summary: [] });
    const receiver = await startReceiver();
    const rig = await startRig({ carrier: carrier.url });
    try {
      const post = async ({ customer, calls, callsPerSecond }: Run) => {
        await setPace(rig, customer, { callsPerSecond });
        await postBatch(rig.apiUrl, {
          jwt: customer.jwt,
          body: batchBody({ count: calls, callback: receiver.callbackUrl() }),
        });
      };
      await Promise.all(RUNS.map(async () => post({ ...WARM_UP, customer: await newCustomer() })));
      const before = RUNS.length * WARM_UP.calls;
      await carrier.dialed.reaches(before, { withinSeconds: CLIENT_TIMEOUTS * before });
      say("600 calls at 3/s and 3,000 at 30/s, at the same time: 200 s");
      const startMs = performance.now();
      await Promise.all(runs.map(post));
      const [calls, seconds] = [
        total(({ calls }) => calls),
        Math.max(...RUNS.map((run) => run.calls / run.callsPerSecond)),
      ];
      await carrier.dialed.reaches(before + calls, { withinSeconds: seconds * CLIENT_TIMEOUTS });
      const curves = runs.map(({ customer, ...run }) => {
        const own = carrier.dials.filter(({ applicationId }) => applicationId === customer.applicationId);
        const refused = carrier.refusals.filter(({ applicationId }) => applicationId === customer.applicationId);
        return { ...run, dials: own, refused: refused.length };
      });
      return [figureOf(curves, startMs)];
    } finally {
      await carrier.stop();
      await rig.stop();
      await receiver.stop();
    }
  },
};

type Run = (typeof RUNS)[number] & { readonly customer: Customer };

const total = (of: (run: (typeof RUNS)[number]) => number) => RUNS.reduce((sum, run) => sum + of(run), 0);

interface Curve {
  readonly calls: number;
  readonly callsPerSecond: number;
  readonly dials: readonly Dial[];
  readonly refused: number;
}

/** Dials a second, from the end of the first step to the end of the last: those of the first are where the clock starts. */
function rateOf({ dials, callsPerSecond }: Pick<Curve, "dials" | "callsPerSecond">): number {
  const times = dials.map(({ atMs }) => atMs).toSorted((one, other) => one - other);
  const [first = 0, last = 0] = [times[callsPerSecond - 1], times.at(-1)];
  return (times.length - callsPerSecond) / ((last - first) / 1000);
}

function figureOf(curves: readonly Curve[], startMs: number): Figure {
  const shares = curves.map((curve) => rateOf(curve) / curve.callsPerSecond);
  const refused = curves.reduce((sum, curve) => sum + curve.refused, 0);
  const share = Math.min(...shares);
  return {
    name: "pace",
    title: "Dials at the pace that the carrier allows",
    measured: { value: share * 100, unit: "% of the limit" },
    reference: { value: 100, unit: "% of the limit" },
    ratio: { value: share, of: `of the reference, and ${refused} refused` },
    goal: { text: `at least ${GOAL}, and none refused`, isMet: share >= GOAL && refused === 0 },
    how: [
      "One batch of 600 calls at 3/s and one of 3,000 at 30/s, at the same time and in real time, at the local stage. The carrier refuses what is above the limit in any second, by vonage-sim's own rate limit; nobody picks up, so that dialing has the machine for itself. After two batches of 300 to warm up. The lower of the two shares; the end of the first step of each is where its clock starts.",
      "Reference: the limit itself.",
    ],
    table: {
      columns: ["limit", "calls", "dials/s", "share", "refused with 429", "first dial after", "last dial after"],
      rows: curves.map((curve, index) => {
        const { callsPerSecond, calls, dials, refused } = curve;
        const times = dials.map(({ atMs }) => (atMs - startMs) / 1000);
        return [
          `${callsPerSecond}/s`,
          calls,
          rateOf(curve).toFixed(2),
          `${((shares[index] ?? 0) * 100).toFixed(1)} %`,
          refused,
          `${Math.min(...times).toFixed(1)} s`,
          `${Math.max(...times).toFixed(1)} s`,
        ];
      }),
    },
    plots: [{ file: "pace.svg", plot: plotOf(curves, startMs) }],
  };
}

function plotOf(curves: readonly Curve[], startMs: number) {
  const lines = curves.map(({ callsPerSecond, dials }) => ({
    name: `${callsPerSecond}/s`,
    points: sharesOver(dials, { startMs, callsPerSecond }),
  }));
  const longest = Math.max(...lines.flatMap(({ points }) => points.map(({ x }) => x)));
  const limit = { name: "the limit", isReference: true, points: [0, longest].map((x) => ({ x, y: 100 })) };
  return { title: "Dials a second, over time", x: "seconds", y: "% of the limit", lines: [...lines, limit] };
}

/** In windows of ten seconds; the last one is not whole and is left out. */
function sharesOver(dials: readonly Dial[], given: { startMs: number; callsPerSecond: number }) {
  const { startMs, callsPerSecond } = given;
  const counts = new Map<number, number>();
  for (const { atMs } of dials) {
    const window = Math.floor((atMs - startMs) / 1000 / PLOTTED_SECONDS);
    counts.set(window, (counts.get(window) ?? 0) + 1);
  }
  return [...counts]
    .toSorted(([one], [other]) => one - other)
    .slice(0, -1)
    .map(([window, count]) => ({
      x: (window + 0.5) * PLOTTED_SECONDS,
      y: (count / PLOTTED_SECONDS / callsPerSecond) * 100,
    }));
}
