import { CLIENTS_MS } from "../../cost/assumptions.ts";
import { sum } from "../../cost/sum.ts";
import type { Effort } from "../figure.ts";
import { median, pairedRatio } from "../statistics.ts";
import { alone, type Started } from "./alone.ts";
import type { BareRequest } from "./function.ts";
import type { Tape } from "./tape.ts";

interface Rounds {
  /** Every process compiles the code for itself. */
  readonly warmUps: number;
  readonly rounds: number;
}

/** Processor time for one call, in ms. */
interface Own {
  /** That were recorded, and of a step that are dialed together. */
  readonly calls: number;
  readonly ms: number;
  readonly bareMs: number;
  readonly ratio: number;
  readonly invocations: number;
}

export interface OwnCpu {
  readonly functions: ReadonlyMap<string, Own>;
  /** Of the dialer in a step, by how many calls that dials. */
  readonly steps: ReadonlyMap<string, Own>;
  /** For each request, by function, in single calls and steps together. */
  readonly requestMs: ReadonlyMap<string, number>;
  readonly sampleMs: number;
  /** How many times as long as stated the clients took: what is measured here takes a whole processor of Lambda as much less. */
  readonly slowness: number;
  /** Of all functions together, in the same rounds. */
  readonly ratio: number;
}

let measured: Promise<OwnCpu> | undefined;

/** Measured once, for all figures that are made of it. */
export const ownCpu = (say: (progress: string) => void, effort: Effort): Promise<OwnCpu> =>
  (measured ??= measure(say, effort === "once" ? { warmUps: 0, rounds: 1 } : { warmUps: 20, rounds: 25 }));

async function measure(say: (progress: string) => void, { warmUps, rounds }: Rounds): Promise<OwnCpu> {
  const { tapes, steps, start, heard } = await alone();
  // No call comes as far as the dead letters.
  const played = [...tapes, ...steps].filter(([name]) => name !== "dead-letters");
  const pairs = new Map<string, Pair>();
  for (const [name, tape] of played) {
    const [ours, bare] = [await start(tape.folder, "function"), await start(tape.folder, "clients")];
    const { invocations } = tape;
    // What a function remembers it does not ask for again: what it asks for once it is warm is what is compared.
    await ours.process.ask("invoke", { invocations });
    const { requests } = await heard(() => ours.process.ask("invoke", { invocations }));
    pairs.set(name, { ...{ tape, requests }, ours: { ...ours, ms: [] }, bare: { ...bare, ms: [] } });
  }
  const sample = await start("api", "sample");
  const { calls = 1, invocations = [] } = tapes.get("api") ?? {};
  const posts = { invocations: invocations.map((one) => ({ ...one, exportName: "handler" })) };
  const samples: number[] = [];
  for (let round = 1 - warmUps; round <= rounds; round += 1) {
    // What slows the machine slows both: they take turns.
    for (const { tape, requests, ours, bare } of pairs.values()) {
      const own = (await ours.process.ask("invoke", { invocations: tape.invocations })).cpuMs;
      const alone = (await bare.process.ask("request", { requests })).cpuMs;
      if (round <= 0) continue;
      ours.ms.push(own / tape.calls);
      bare.ms.push(alone / tape.calls);
    }
    const { cpuMs } = await sample.process.ask("invoke", posts);
    if (round > 0) samples.push(cpuMs / calls);
  }
  for (const { ours, bare } of pairs.values()) await Promise.all([ours.process.stop(), bare.process.stop()]);
  await sample.process.stop();
  const singles = [...pairs].filter(([name]) => tapes.has(name)).map(([, pair]) => pair);
  const inAll = (of: "ours" | "bare") =>
    Array.from({ length: rounds }, (_, round) => sum(singles.map((pair) => pair[of].ms[round] ?? 0)));
  const ownOf = ({ tape, ours, bare }: Pair): Own => ({
    calls: tape.calls,
    ...{ ms: median(ours.ms), bareMs: median(bare.ms), ratio: pairedRatio(ours.ms, bare.ms) },
    invocations: tape.invocations.length / tape.calls,
  });
  const owns = new Map([...pairs].map(([name, pair]) => [name, ownOf(pair)]));
  for (const [name, { ms, bareMs }] of owns) say(`${name}: ${ms.toFixed(2)} ms a call, bare ${bareMs.toFixed(2)}`);
  return {
    functions: new Map([...owns].filter(([name]) => tapes.has(name))),
    steps: new Map([...owns].filter(([name]) => steps.has(name))),
    requestMs: new Map(
      [...Map.groupBy(pairs.values(), ({ tape }) => tape.folder)].map(([folder, own]) => [
        folder,
        sum(own.map(({ tape, ours }) => median(ours.ms) * tape.calls)) /
          sum(own.map(({ requests }) => requests.length)),
      ]),
    ),
    sampleMs: median(samples),
    slowness: median(inAll("bare")) / CLIENTS_MS,
    ratio: pairedRatio(inAll("ours"), inAll("bare")),
  };
}

interface Pair {
  readonly tape: Tape;
  readonly requests: readonly BareRequest[];
  readonly ours: Started & { readonly ms: number[] };
  readonly bare: Started & { readonly ms: number[] };
}
