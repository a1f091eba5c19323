import { sum } from "../../cost/sum.ts";
import { CALLS } from "../alone/alone.ts";
import { ownCpu } from "../alone/cpu.ts";
import type { Figure, Measurement } from "../figure.ts";

const GOAL = 1.5;

export const ownCpuFigure: Measurement = {
  figures: ["own-cpu"],
  async measure(say, effort) {
    const { functions, steps, sampleMs, slowness, ratio } = await ownCpu(say, effort);
    const all = [...functions].map(([name, own]) => ({ name, ...own }));
    const [ms, bareMs] = [sum(all.map((own) => own.ms)), sum(all.map((own) => own.bareMs))];
    const over = all.filter((own) => own.ratio > GOAL).map(({ name }) => name);
    const figure: Figure = {
      name: "own-cpu",
      title: "Processor time of a PIN call, in all functions",
      measured: { value: ms, unit: `ms a call: ${(1_000 / ms).toFixed(0)} calls/s for each processor` },
      reference: { value: bareMs, unit: "ms for its requests alone" },
      ratio: { value: ratio, of: `times the reference${over.length > 0 ? `; over ${GOAL}: ${over.join(", ")}` : ""}` },
      goal: { text: `at most ${GOAL}, in each function`, isMet: over.length === 0 },
      how: [
        `The functions' bundles as they are deployed, each in a process of its own that handles the invocations of ${CALLS} single calls again and again, each message in an invocation of its own, every status told, the right PIN keyed at once, the result delivered and the deadline over. All that they ask for is answered at once, as it was when the calls were recorded, by a server in another process, over TLS as in AWS. Processor time of the whole process, what collects garbage and compiles included; median of the rounds. Below the sum, the dialer in a step of a batch, which waits for the moment of each call.`,
        `Reference: the same requests, by the same clients of the SDK (the document client, Vonage's), with nothing else around them, in turn with the functions; a ratio is the median of the rounds'. The sample voice-ttsprompt-lambda, which writes the call and dials it in the request, takes ${sampleMs.toFixed(2)} ms for that, and its handler does nothing else for the call.`,
        `The requests alone took ${slowness.toFixed(2)} times what tools/cost/assumptions.ts states for a processor of Lambda. Held, latency, fairness, cost and pace take our functions to be as much quicker there: they do not move with this machine.`,
      ],
      table: {
        columns: ["function", "invocations a call", "ms a call", "its requests alone", "ratio"],
        rows: [
          ...all,
          { name: "in all", invocations: sum(all.map((own) => own.invocations)), ms, bareMs, ratio },
          ...[...steps].map(([name, own]) => ({ name, ...own })),
        ].map((own) => [
          own.name,
          own.invocations.toFixed(own.invocations < 1 ? 2 : 1),
          own.ms.toFixed(2),
          own.bareMs.toFixed(2),
          own.ratio.toFixed(2),
        ]),
      },
    };
    return [figure];
  },
};
