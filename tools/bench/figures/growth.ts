import type { Figure, Measurement } from "../figure.ts";
import { startCarrier } from "../load/carrier.ts";
import { batchBody, customersInLine, numberOf, postBatch } from "../load/customer.ts";
import { type Rig, startRig } from "../rig/rig.ts";
import type { Memory } from "../rig/rig-protocol.ts";
import { linearFit, median } from "../statistics.ts";
import { secondsOf } from "../work.ts";

const SIZES = [1_000, 10_000, 50_000];
const LARGEST_BATCH = 10_000;
/** The first batches make the emulators and the functions quick. */
const WARM_UP_CALLS = 10_000;
/** The short ones are repeated, so that one is no accident. */
const TIMES: Readonly<Record<number, number>> = { 1000: 5, 10000: 3, 50000: 1 };
const GOAL = 1.2;
const CALLBACK = "http://127.0.0.1:9/result";

interface Stand {
  readonly calls: number;
  readonly seconds: number;
  readonly memory: Memory;
}

export const growth: Measurement = {
  figures: ["growth"],
  async measure(say) {
    const carrier = await startCarrier({ summary: [] });
    const stands: Stand[] = [];
    try {
      for (const calls of SIZES) {
        // Each size begins with an empty table: what is there already is not what is measured.
        const rig = await startRig({ carrier: carrier.url });
        try {
          await queue(rig, WARM_UP_CALLS);
          const seconds: number[] = [];
          for (let time = 0; time < (TIMES[calls] ?? 1); time += 1) seconds.push(await queue(rig, calls));
          stands.push({ calls, seconds: median(seconds), memory: await rig.memory() });
          say(`${calls} calls: ${median(seconds).toFixed(2)} s, ${stands.at(-1)?.memory.rssMb.toFixed(0)} MB`);
        } finally {
          await rig.stop();
        }
      }
      return [figureOf(stands)];
    } finally {
      await carrier.stop();
    }
  },
};

/** The seconds to accept this many calls, in the largest batches, one after the other. */
async function queue(rig: Rig, calls: number): Promise<number> {
  const sizes = Array.from({ length: Math.ceil(calls / LARGEST_BATCH) }, () => Math.min(LARGEST_BATCH, calls));
  const customers = await customersInLine(rig, sizes.length);
  const bodies = sizes.map((count, index) =>
    batchBody({ count, callback: CALLBACK, first: Number(numberOf(index * LARGEST_BATCH)) - Number(numberOf(0)) }),
  );
  return await secondsOf(async () => {
    for (const [index, body] of bodies.entries())
      await postBatch(rig.apiUrl, { jwt: customers[index]?.jwt ?? "", body });
  });
}

/** Of the workers that accept: nothing but what a batch leaves behind can make it grow. */
const apiHeapMb = ({ memory }: Stand) =>
  Math.max(...memory.workers.filter(({ name }) => name.startsWith("Api")).map(({ usedMb }) => usedMb));

function figureOf(stands: readonly Stand[]): Figure {
  const points = stands.map(({ calls, seconds }) => ({ x: calls, y: seconds }));
  const { slope, intercept, r2 } = linearFit(points);
  const [first, last] = [stands[0], stands.at(-1)] as [Stand, Stand];
  const perCall = ({ calls, seconds }: Stand) => (seconds / calls) * 1e6;
  const ratio = perCall(last) / slope / 1e6;
  const heapGrowth = apiHeapMb(last) / apiHeapMb(first);
  const line = [0, last.calls].map((x) => ({ x, y: intercept + slope * x }));
  return {
    name: "growth",
    title: "Accepting 1,000 to 50,000 calls",
    measured: { value: perCall(last), unit: "µs a call at 50,000" },
    reference: { value: slope * 1e6, unit: "µs a call by the linear fit" },
    ratio: {
      value: ratio,
      of: `of the linear fit (r² ${r2.toFixed(4)}); heap of the api ${heapGrowth.toFixed(2)} times`,
    },
    goal: {
      text: `linear (r² at least 0.99, at most ${GOAL} of the fit), and memory flat within 20 %`,
      isMet: r2 >= 0.99 && ratio <= GOAL && heapGrowth <= GOAL,
    },
    how: [
      `So many calls in batches of up to ${LARGEST_BATCH}, one after the other, each batch of another application, at a local stage that has just begun and has accepted ${WARM_UP_CALLS} calls to warm up.`,
      "Memory afterwards: of each worker what its heap holds after garbage collections, once they free no more, the largest of the api's; the whole process, which holds the emulators' table and queues too, is shown and not judged.",
      "Reference: the straight line that fits the three best.",
    ],
    table: {
      columns: [
        "calls",
        "seconds",
        "µs a call",
        "heap of the api, MB",
        "heaps of the others, MB",
        "RSS with emulators, MB",
      ],
      rows: stands.map((stand) => [
        stand.calls,
        stand.seconds.toFixed(2),
        perCall(stand).toFixed(0),
        apiHeapMb(stand).toFixed(1),
        otherHeaps(stand),
        stand.memory.rssMb.toFixed(0),
      ]),
    },
    plots: [
      {
        file: "growth.svg",
        plot: {
          title: "Accepting calls",
          x: "calls",
          y: "seconds",
          lines: [
            { name: "accepted", points },
            { name: "linear fit", isReference: true, points: line },
          ],
        },
      },
    ],
  };
}

function otherHeaps({ memory }: Stand): string {
  const others = memory.workers.filter(({ name }) => !name.startsWith("Api")).map(({ usedMb }) => usedMb);
  return `${Math.min(...others).toFixed(1)} to ${Math.max(...others).toFixed(1)}`;
}
