import { batchBody, headersOf, newCustomer } from "../../cost/customer.ts";
import { alone } from "../alone/alone.ts";
import { httpEvent } from "../alone/events.ts";
import type { FunctionProcess } from "../alone/function.ts";
import type { Figure, Measurement } from "../figure.ts";
import { linearFit, median } from "../statistics.ts";

const SIZES = [1_000, 3_000, 10_000, 30_000, 100_000];
const LARGEST_BATCH = 10_000;
/** The short ones are repeated, so that one is no accident. */
const TIMES = (calls: number) => Math.min(5, Math.ceil(30_000 / calls));
const LEAST_R2 = 0.99;
const MOST_GROWTH = 1.2;

interface Stand {
  readonly calls: number;
  readonly cpuMs: number;
  readonly heapMb: number;
}

export const growth: Measurement = {
  figures: ["growth"],
  async measure(say, effort) {
    const { start, accepting } = await alone();
    const api = await start("api", "function");
    const stands: Stand[] = [];
    await accepting(async () => {
      const isOnce = effort === "once";
      await accept(isOnce ? 1 : LARGEST_BATCH, api.process);
      for (const calls of isOnce ? [1, 100] : SIZES) {
        const times: number[] = [];
        for (let time = 0; time < (isOnce ? 1 : TIMES(calls)); time += 1) times.push(await accept(calls, api.process));
        stands.push({ calls, cpuMs: median(times), heapMb: await api.process.ask("heapMb", null) });
        say(`${calls} calls: ${median(times).toFixed(0)} ms, ${stands.at(-1)?.heapMb.toFixed(1)} MB`);
      }
    });
    await api.process.stop();
    return [figureOf(stands)];
  },
};

/** Processor time of accepting this many calls, in batches as large as they may be. */
async function accept(calls: number, api: FunctionProcess): Promise<number> {
  let cpuMs = 0;
  for (let left = calls; left > 0; left -= LARGEST_BATCH) {
    const { jwt } = await newCustomer();
    const body = batchBody({ count: Math.min(left, LARGEST_BATCH), callback: "https://customer.example/result" });
    const atMs = Date.now();
    const event = JSON.stringify(
      httpEvent({ url: "https://api.example/call", body, headers: headersOf(jwt, body), atMs }),
    );
    const taken = await api.ask("invoke", { invocations: [{ exportName: "handler", atMs, event, trace: "growth" }] });
    if (!taken.answers[0]?.includes('"statusCode":202'))
      throw new Error(`a batch is answered ${taken.answers[0]?.slice(0, 500)}`);
    cpuMs += taken.cpuMs;
  }
  return cpuMs;
}

function figureOf(stands: readonly Stand[]): Figure {
  const points = stands.map(({ calls, cpuMs }) => ({ x: calls, y: cpuMs / 1_000 }));
  const { slope, intercept, r2 } = linearFit(points);
  const [first, last] = [stands[0], stands.at(-1)] as [Stand, Stand];
  const heapGrowth = last.heapMb / first.heapMb;
  const line = [0, last.calls].map((x) => ({ x, y: intercept + slope * x }));
  const perCall = ({ cpuMs, calls }: Stand) => (cpuMs / calls) * 1_000;
  return {
    name: "growth",
    title: "Accepting 1,000 to 100,000 calls",
    measured: { value: perCall(last), unit: "µs of a processor for each of 100,000" },
    reference: { value: slope * 1e6, unit: "µs by the linear fit" },
    ratio: {
      value: perCall(last) / (slope * 1e6),
      of: `of the fit; r² ${r2.toFixed(4)}, heap ${heapGrowth.toFixed(2)} times`,
    },
    goal: {
      text: `linear (r² at least ${LEAST_R2}), and memory flat within 20 %`,
      isMet: r2 >= LEAST_R2 && heapGrowth <= MOST_GROWTH,
    },
    how: [
      `The api's bundle as it is deployed, in a process of its own, given so many calls in batches of up to ${LARGEST_BATCH}, one after the other, each of another application; what it writes is taken at once. Processor time, median where repeated; and what the heap holds afterwards, once garbage is collected.`,
      "Reference: the straight line that fits best.",
    ],
    table: {
      columns: ["calls", "seconds of a processor", "µs a call", "heap, MB"],
      rows: stands.map((stand) => [
        ...[stand.calls, (stand.cpuMs / 1_000).toFixed(2), perCall(stand).toFixed(0), stand.heapMb.toFixed(1)],
      ]),
    },
    plots: [
      {
        file: "growth.svg",
        plot: {
          ...{ title: "Accepting calls", x: "calls", y: "seconds of a processor" },
          lines: [
            { name: "accepted", points },
            { name: "linear fit", isReference: true, points: line },
          ],
        },
      },
    ],
  };
}
