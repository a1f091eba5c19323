import { performance } from "node:perf_hooks";
import type { Figure, Measurement } from "../figure.ts";
import { type Dial, startCarrier } from "../load/carrier.ts";
import { batchBody, type Customer, newCustomers, postBatch, setPace, shareAccount } from "../load/customer.ts";
import { startReceiver } from "../load/receiver.ts";
import { startRig } from "../rig/rig.ts";
import { linearFit } from "../statistics.ts";

const ACCOUNT = "account";
const RUNS: readonly Run[] = [
  { name: "3/s", calls: 600, callsPerSecond: 3 },
  { name: "30/s", calls: 3_000, callsPerSecond: 30 },
  { name: "3/s, two applications of one account", calls: 600, callsPerSecond: 3, account: ACCOUNT },
];
const GOAL = 0.97;
/** Clocks and ways to the carrier differ: so many may come too fast. */
const MOST_REFUSED = 0.005;
const CLIENT_TIMEOUTS = 1.5;
const PLOTTED_SECONDS = 10;
/** Every thread compiles the code for itself, and takes its time with the first steps. */
const WARM_UPS: readonly Run[] = ["first", "second"].map((name) => ({ name, calls: 300, callsPerSecond: 30 }));

export const pace: Measurement = {
  figures: ["pace"],
  async measure(say) {
    const runs = await Promise.all(RUNS.map(withCustomers));
    const callsPerSecond = Object.fromEntries(runs.map((run) => [run.limitOf, run.callsPerSecond]));
    const accounts = Object.fromEntries(
      runs.flatMap(({ limitOf, customers }) => customers.map(({ applicationId }) => [applicationId, limitOf])),
    );
    const carrier = await startCarrier({
      callsPerSecond,
      accounts,
      summary: [],
    });
    const receiver = await startReceiver();
    const rig = await startRig({ carrier: carrier.url });
    try {
      const post = async ({ customers, account, calls, callsPerSecond }: RunOfCustomers) => {
        if (account !== undefined) await shareAccount(rig, { customers, account });
        const [first] = customers;
        if (first !== undefined) await setPace(rig, first, { callsPerSecond });
        const body = batchBody({ count: calls / customers.length, callback: receiver.callbackUrl });
        await Promise.all(customers.map(({ jwt }) => postBatch(rig.apiUrl, { jwt, body })));
      };
      await Promise.all(WARM_UPS.map(async (run) => await post(await withCustomers(run))));
      const before = WARM_UPS.reduce((sum, { calls }) => sum + calls, 0);
      await carrier.dialed.reaches(before, { withinSeconds: CLIENT_TIMEOUTS * before });
      say(`${RUNS.map(({ name, calls }) => `${calls} calls at ${name}`).join("; ")}; at the same time: 200 s`);
      const startMs = performance.now();
      await Promise.all(runs.map(post));
      const [calls, seconds] = [
        total(({ calls }) => calls),
        Math.max(...RUNS.map((run) => run.calls / run.callsPerSecond)),
      ];
      await carrier.dialed.reaches(before + calls, { withinSeconds: seconds * CLIENT_TIMEOUTS });
      const curves = runs.map(({ customers, ...run }) => {
        const isOwn = ({ applicationId }: Dial) => customers.some((one) => one.applicationId === applicationId);
        return { ...run, dials: carrier.dials.filter(isOwn), refused: carrier.refusals.filter(isOwn).length };
      });
      return [figureOf(curves, startMs)];
    } finally {
      await carrier.stop();
      await rig.stop();
      await receiver.stop();
    }
  },
};

interface Run {
  readonly name: string;
  readonly calls: number;
  readonly callsPerSecond: number;
  /** Two applications share it, and the calls. */
  readonly account?: string;
}

type RunOfCustomers = Run & { readonly customers: readonly Customer[]; readonly limitOf: string };

async function withCustomers(run: Run): Promise<RunOfCustomers> {
  const { account } = run;
  const known = await newCustomers(account === undefined ? 1 : 2);
  const customers = known.map((customer) => ({ ...customer, ...(account !== undefined && { account }) }));
  return { ...run, customers, limitOf: account ?? customers[0]?.applicationId ?? "" };
}

const total = (of: (run: Run) => number) => RUNS.reduce((sum, run) => sum + of(run), 0);

interface Curve extends Run {
  readonly dials: readonly Dial[];
  readonly refused: number;
}

/** Dials a second: the slope of all of them, which a last step that is not full does not change. */
function rateOf({ dials }: Pick<Curve, "dials">): number {
  const times = dials.map(({ atMs }) => atMs).toSorted((one, other) => one - other);
  return linearFit(times.map((atMs, index) => ({ x: atMs / 1_000, y: index }))).slope;
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
    goal: {
      text: `at least ${GOAL}, and at most ${MOST_REFUSED * 100} % refused`,
      isMet: share >= GOAL && curves.every((curve) => curve.refused <= MOST_REFUSED * curve.calls),
    },
    how: [
      "Batches of 600 calls at 3/s, of 3,000 at 30/s, and two of 300 of two applications that share an account at 3/s, at the same time and in real time, at the local stage. The carrier refuses what is above the limit in any second, by vonage-sim's own rate limit; nobody picks up, so that dialing has the machine for itself. After two batches of 300 to warm up. The lowest of the shares; a rate is the slope of all dials over their time, by least squares.",
      "Reference: the limit itself.",
    ],
    table: {
      columns: ["limit", "calls", "dials/s", "share", "refused with 429", "first dial after", "last dial after"],
      rows: curves.map((curve, index) => {
        const { name, calls, dials, refused } = curve;
        const times = dials.map(({ atMs }) => (atMs - startMs) / 1000);
        return [
          name,
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
  const lines = curves.map(({ name, callsPerSecond, dials }) => ({
    name,
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
