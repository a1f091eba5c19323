import { ASSUMED_MS } from "../../cost/assumptions.ts";
import { alone } from "../alone/alone.ts";
import { ownCpu } from "../alone/cpu.ts";
import type { FunctionProcess, Invocation } from "../alone/function.ts";
import type { Figure, Measurement } from "../figure.ts";
import { median } from "../statistics.ts";
import { slowedMs } from "../virtual/durations.ts";

const GOAL = 5;
const WARM_UPS = 10;
const ROUNDS = 3;
const MEMORY_MB = 512;

interface Held {
  /** On a whole processor, as measured, and on what it has of one in Lambda. */
  readonly ms: number;
  readonly deployedMs: number;
}

export const held: Measurement = {
  figures: ["held"],
  async measure(say, effort) {
    const { slowness } = await ownCpu(say, effort);
    const { tapes, start, afterStated } = await alone();
    const invocations = tapes.get("api")?.invocations ?? [];
    const ours = await start("api", "function");
    const sample = await start("api", "sample");
    const asked = { ours: [] as Held[], sample: [] as Held[] };
    const posts = invocations.map((one) => ({ ...one, exportName: "handler" }));
    // The code is quick before it is measured.
    for (let round = 0; round < (effort === "once" ? 1 : WARM_UPS); round += 1)
      for (const each of [ours, sample]) await each.process.ask("invoke", { invocations: posts });
    await afterStated(async () => {
      for (let round = 0; round < (effort === "once" ? 1 : ROUNDS); round += 1)
        for (const invocation of posts) {
          asked.ours.push(await heldBy(ours.process, { invocation, slowness }));
          asked.sample.push(await heldBy(sample.process, { invocation, slowness }));
        }
    });
    await Promise.all([ours.process.stop(), sample.process.stop()]);
    return [figureOf(asked)];
  },
};

async function heldBy(
  asked: FunctionProcess,
  { invocation, slowness }: { invocation: Invocation; slowness: number },
): Promise<Held> {
  const { cpuMs, wallMs } = await asked.ask("invoke", { invocations: [invocation] });
  return { ms: wallMs, deployedMs: wallMs - cpuMs + slowedMs(cpuMs / slowness, MEMORY_MB) };
}

function figureOf({ ours, sample }: { ours: readonly Held[]; sample: readonly Held[] }): Figure {
  const of = (held: readonly Held[], kind: keyof Held) => median(held.map((one) => one[kind]));
  const [own, reference] = [of(ours, "deployedMs"), of(sample, "deployedMs")];
  const row = (name: string, held: readonly Held[]) => [
    name,
    of(held, "ms").toFixed(1),
    of(held, "deployedMs").toFixed(1),
  ];
  return {
    name: "held",
    title: "How long a request holds its function",
    measured: { value: own, unit: "ms" },
    reference: { value: reference, unit: "ms in the sample" },
    ratio: { value: reference / own, of: "times less" },
    goal: { text: `at least ${GOAL} times less`, isMet: reference / own >= GOAL },
    how: [
      `POST /call of a single call: the api's bundle as it is deployed, in a process of its own, with each request answered after the time that tools/cost/assumptions.ts states (the table's, the queue's, and ${ASSUMED_MS.carrier} ms for the carrier's). Time on the clock, median; what of it is the function's own work is made less by as much as this machine is slower than stated, and taken as long as ${MEMORY_MB} MB make it.`,
      "Reference: the sample's handler, measured in the same way and in turn: it writes the call, and answers once the carrier has placed it.",
    ],
    table: {
      columns: ["ms", "on a whole processor, here", `with ${MEMORY_MB} MB`],
      rows: [row("accepted", ours), row("the sample", sample)],
    },
  };
}
