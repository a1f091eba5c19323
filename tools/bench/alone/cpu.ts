import type { Effort } from "../figure.ts";
import { median, pairedRatio } from "../statistics.ts";
import { alone, CALLS, type Started } from "./alone.ts";
import type { BareRequest } from "./function.ts";

interface Rounds {
  /** Every process compiles the code for itself. */
  readonly warmUps: number;
  readonly rounds: number;
}

/** Processor time for one call, in ms. */
interface Own {
  readonly ms: number;
  readonly bareMs: number;
  readonly ratio: number;
  readonly invocations: number;
}

export interface OwnCpu {
  readonly functions: ReadonlyMap<string, Own>;
  readonly sampleMs: number;
  /** Of all functions together, in the same rounds. */
  readonly ratio: number;
}

let measured: Promise<OwnCpu> | undefined;

/** Measured once, for all figures that are made of it. */
export const ownCpu = (say: (progress: string) => void, effort: Effort): Promise<OwnCpu> =>
  (measured ??= measure(say, effort === "once" ? { warmUps: 0, rounds: 1 } : { warmUps: 20, rounds: 25 }));

async function measure(say: (progress: string) => void, { warmUps, rounds }: Rounds): Promise<OwnCpu> {
  const { tapes, start, heard } = await alone();
  const pairs = new Map<string, { ours: Started; bare: Started }>();
  // No call comes that far.
  for (const folder of [...tapes.keys()].filter((name) => name !== "dead-letters"))
    pairs.set(folder, { ours: await start(folder, "function"), bare: await start(folder, "clients") });
  const sample = await start("api", "sample");
  const posts = {
    invocations: (tapes.get("api")?.invocations ?? []).map((one) => ({ ...one, exportName: "handler" })),
  };
  const times = new Map<string, { ours: number[]; bare: number[] }>();
  const samples: number[] = [];
  // What a function remembers it does not ask for again: what it asks for once it is warm is what is compared.
  const asked = new Map<string, readonly BareRequest[]>();
  for (const [folder, { ours }] of pairs) {
    const { invocations = [] } = tapes.get(folder) ?? {};
    await ours.process.ask("invoke", { invocations });
    asked.set(folder, await heard(() => ours.process.ask("invoke", { invocations })));
  }
  for (let round = 1 - warmUps; round <= rounds; round += 1) {
    // What slows the machine slows both: they take turns.
    for (const [folder, { ours, bare }] of pairs) {
      const { invocations = [] } = tapes.get(folder) ?? {};
      const requests = asked.get(folder) ?? [];
      const own = (await ours.process.ask("invoke", { invocations })).cpuMs / CALLS;
      const alone = (await bare.process.ask("request", { requests })).cpuMs / CALLS;
      const known = times.get(folder) ?? { ours: [], bare: [] };
      if (round > 0) times.set(folder, { ours: [...known.ours, own], bare: [...known.bare, alone] });
    }
    const { cpuMs } = await sample.process.ask("invoke", posts);
    if (round > 0) samples.push(cpuMs / CALLS);
  }
  for (const { ours, bare } of pairs.values()) await Promise.all([ours.process.stop(), bare.process.stop()]);
  await sample.process.stop();
  const inAll = (of: "ours" | "bare") =>
    Array.from({ length: rounds }, (_, round) =>
      [...times.values()].reduce((sum, own) => sum + (own[of][round] ?? 0), 0),
    );
  const functions = new Map(
    [...times].map(([folder, { ours, bare }]) => {
      const invocations = (tapes.get(folder)?.invocations.length ?? 0) / CALLS;
      return [folder, { ms: median(ours), bareMs: median(bare), ratio: pairedRatio(ours, bare), invocations }];
    }),
  );
  for (const [folder, { ms, bareMs }] of functions)
    say(`${folder}: ${ms.toFixed(2)} ms a call, bare ${bareMs.toFixed(2)}`);
  return { functions, sampleMs: median(samples), ratio: pairedRatio(inAll("ours"), inAll("bare")) };
}
