import { type Alone, alone, type Started as Begun } from "../alone/alone.ts";
import type { Taken } from "../alone/function.ts";
import type { Tape } from "../alone/tape.ts";
import type { Bundle } from "../bundles.ts";
import type { Effort, Figure, Measurement } from "../figure.ts";
import { median, pairedRatio } from "../statistics.ts";

const ROUNDS = 7;
const GOAL = 1.15;
const SHOWN_CONTENTS = 6;

/** Processor time of a new process, in ms. */
interface Start {
  readonly importing: number;
  /** And with the first message. */
  readonly first: number;
}

/** One after the other: what slows the machine slows all three. */
interface Round {
  readonly ours: Start;
  /** The clients alone, as SST bundles them by itself, and as our functions are bundled. */
  readonly plain: Start;
  readonly alike: Start;
}

/** Medians of the rounds. */
interface Compared {
  readonly ms: number;
  readonly plainMs: number;
  readonly ratio: number;
  readonly alikeRatio: number;
}

interface Started {
  readonly name: string;
  readonly importing: Compared;
  readonly first: Compared;
  readonly most: string;
}

export const starts: Measurement = {
  figures: ["start"],
  measure: async (say, effort) => [figureOf(await startsOf(say, effort))],
};

let measured: Promise<readonly Started[]> | undefined;

/** Measured once, for all figures that are made of it. */
export const startsOf = (say: (progress: string) => void, effort: Effort): Promise<readonly Started[]> =>
  (measured ??= measure(say, effort));

async function measure(say: (progress: string) => void, effort: Effort): Promise<readonly Started[]> {
  const opened = await alone();
  const all: Started[] = [];
  for (const [name, { bundles }] of opened.stage.sources) {
    const rounds: Round[] = [];
    while (rounds.length < (effort === "once" ? 1 : ROUNDS)) rounds.push(await roundOf(name, opened));
    const [importing, first] = [compared(rounds, "importing"), compared(rounds, "first")];
    all.push({ name, importing, first, most: mostOf(bundles.function, bundles.clients) });
    say(
      `${name}: ${importing.ms.toFixed(0)} and ${first.ms.toFixed(0)} ms, its clients ${importing.plainMs.toFixed(0)} and ${first.plainMs.toFixed(0)}`,
    );
  }
  return all;
}

async function roundOf(name: string, { tapes, start, heard }: Alone): Promise<Round> {
  const { first } = tapes.get(name) as Tape;
  const begun = await start(name, "function");
  const { requests, done } = await heard(() => begun.process.ask("invoke", { invocations: [first] }));
  async function bare(of: "clients" | "plainClients"): Promise<Start> {
    const clients = await start(name, of);
    return await ended(clients, await clients.process.ask("request", { requests }));
  }
  return { ours: await ended(begun, done), plain: await bare("plainClients"), alike: await bare("clients") };
}

async function ended({ process, cpuMs }: Begun, first: Taken): Promise<Start> {
  await process.stop();
  return { importing: cpuMs, first: cpuMs + first.cpuMs };
}

function compared(rounds: readonly Round[], until: keyof Start): Compared {
  const of = (what: keyof Round) => rounds.map((round) => round[what][until]);
  const [ours, plain] = [of("ours"), of("plain")];
  return {
    ...{ ms: median(ours), plainMs: median(plain) },
    ...{ ratio: pairedRatio(ours, plain), alikeRatio: pairedRatio(ours, of("alike")) },
  };
}

function figureOf(starts: readonly Started[]): Figure {
  const all = starts.flatMap(({ name, importing, first }) => [
    { until: `${name} is imported`, ...importing },
    { until: `${name} has handled its first message`, ...first },
  ]);
  const [worst] = all.toSorted((one, other) => other.ratio - one.ratio);
  if (worst === undefined) throw new TypeError("there are no functions");
  const over = starts.filter(({ importing, first }) => Math.max(importing.ratio, first.ratio) > GOAL);
  const mostAlike = Math.max(...all.map(({ alikeRatio }) => alikeRatio)).toFixed(2);
  const cells = ({ ms, plainMs, ratio, alikeRatio }: Compared) => [
    ...[ms.toFixed(1), plainMs.toFixed(1), ratio.toFixed(2), alikeRatio.toFixed(2)],
  ];
  return {
    name: "start",
    title: "Processor time of a start: import, and first message",
    measured: { value: worst.ms, unit: `ms until ${worst.until}` },
    reference: { value: worst.plainMs, unit: "ms for its clients" },
    ratio: {
      value: worst.ratio,
      of: `times the reference at the most (${mostAlike} times the clients bundled as our functions are); over ${GOAL}: ${over.map(({ name }) => name).join(", ") || "none"}`,
    },
    goal: { text: `at most ${GOAL}, both, for each function`, isMet: over.length === 0 },
    how: [
      `Each function's bundle as it is deployed, imported by a new process with its links in the environment, which then handles one invocation that asks for something, over TLS as in AWS. The function that is furthest above its reference; medians of ${ROUNDS}, and a ratio is the median of those of each round.`,
      "Reference: nothing but the clients of the AWS SDK, and of Vonage, that the function's sources import, now or later, used for what the first message asks of them: a bundle made as SST makes one when it is asked for nothing (one file, minified, names kept, all inside), started in turn with the function's. The goal is judged by it since it does not move with our settings: what they save is seen, and what they cost. Most of that is `splitting`: the one file imports at once every module of Node that any part of the SDK may need, `node:http` with `fetch` among them.",
      "Alike: the ratio to the same clients bundled as our functions are (stacks/defaults/bundling.ts), in the same turns. What is above 1 there is our own code, and the packages it uses; what lies between the two ratios is what our settings save the clients.",
    ],
    table: {
      columns: [
        "function",
        ...["import, ms", "clients", "ratio", "alike"],
        ...["and first message, ms", "clients", "ratio", "alike"],
        "most of what is loaded above the clients bundled alike, kB",
      ],
      rows: starts.map(({ name, importing, first, most }) => [name, ...cells(importing), ...cells(first), most]),
    },
  };
}

function mostOf({ contents }: Bundle, clients: Bundle): string {
  const known = new Map(clients.contents.map(({ from, bytes }) => [from, bytes]));
  return contents
    .map(({ from, bytes }) => ({ from, bytes: bytes - (known.get(from) ?? 0) }))
    .filter(({ bytes }) => bytes > 1_000)
    .toSorted((one, other) => other.bytes - one.bytes)
    .slice(0, SHOWN_CONTENTS)
    .map(({ from, bytes }) => `${from} ${(bytes / 1_000).toFixed(0)}`)
    .join(", ");
}
