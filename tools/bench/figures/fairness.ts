import type { Figure, Measurement } from "../figure.ts";
import { median } from "../statistics.ts";
import { deployed } from "../virtual/deployed.ts";
import { playVirtually, type Request } from "../virtual/play.ts";

const CALLS = 30;
const FIRST_AFTER_MS = 30_000;
const EVERY_MS = 5_000;
const PACE = 3;
const BATCH = 10_000;

const singles: readonly Request[] = Array.from({ length: CALLS }, (_, index) => ({
  ...{ atMs: FIRST_AFTER_MS + index * EVERY_MS, application: "application", calls: 1, isMeasured: true },
}));
const batch = (application: string): Request => ({ atMs: 0, application, calls: BATCH, isMeasured: false });

const CASES = [
  { name: "alone", beside: [], mostSecondsMore: undefined },
  { name: "beside the application's own 10,000", beside: [batch("application")], mostSecondsMore: 2 },
  { name: "beside another's 20,000", beside: [batch("other"), batch("other")], mostSecondsMore: 0.2 },
] as const;

interface Waited {
  readonly name: string;
  readonly median: number;
  readonly worst: number;
  readonly isMet: boolean;
}

export const fairness: Measurement = {
  figures: ["fairness"],
  async measure(say, effort) {
    const { stacks, durations } = await deployed(say, effort);
    const rows: Waited[] = [];
    for (const { name, beside, mostSecondsMore = Number.POSITIVE_INFINITY } of effort === "once"
      ? CASES.slice(0, 2)
      : CASES) {
      const requests = [...beside, ...(effort === "once" ? singles.slice(0, 1) : singles)];
      const options = { stacks, durations, requests, callsPerSecond: PACE, untilDialed: true };
      const seconds = (await playVirtually(options)).latencies["POST to dial"].map((ms) => ms / 1_000);
      const [middle, worst] = [median(seconds), Math.max(...seconds)];
      const { median: alone = middle, worst: worstAlone = worst } = rows[0] ?? {};
      const isMet = Math.max(middle - alone, worst - worstAlone) <= mostSecondsMore;
      rows.push({ name, median: middle, worst, isMet });
      say(`${name}: ${middle.toFixed(2)} s, at the most ${worst.toFixed(2)} s`);
    }
    return [figureOf(rows)];
  },
};

function figureOf(rows: readonly Waited[]): Figure {
  const [alone, own] = rows as readonly [Waited, Waited];
  return {
    name: "fairness",
    title: "A single call from request to dial, beside the application's own 10,000",
    measured: { value: own.worst, unit: "s at the most" },
    reference: { value: alone.worst, unit: "s at the most, alone" },
    ratio: { value: own.worst - alone.worst, of: "s more" },
    goal: {
      text: "at most 2 s more beside its own, 0.2 s beside another's 20,000; median and worst",
      isMet: rows.every(({ isMet }) => isMet),
    },
    how: [
      `${CALLS} single calls of one application, one every ${EVERY_MS / 1_000} s, on the simulation's clock as for latency, at an agreed pace of ${PACE}/s; from the request to the carrier's being asked. Beside them, and accepted ${FIRST_AFTER_MS / 1_000} s before the first: batches of ${BATCH}, dialed at the same pace.`,
      "Reference: the same calls without the batches.",
    ],
    table: {
      columns: ["seconds", "median", "worst", ""],
      rows: rows.map(({ name, median, worst, isMet }) => [
        name,
        median.toFixed(3),
        worst.toFixed(3),
        isMet ? "met" : "missed",
      ]),
    },
  };
}
