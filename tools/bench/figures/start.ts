import { alone } from "../alone/alone.ts";
import type { Tape } from "../alone/tape.ts";
import type { Bundle } from "../bundles.ts";
import type { Effort, Figure, Measurement } from "../figure.ts";

const TIMES = 5;
const GOAL = 1.15;
const SHOWN_CONTENTS = 6;

/** Processor time, in ms. */
interface Start {
  readonly importing: number;
  /** And with the first message. */
  readonly first: number;
}

interface Started {
  readonly name: string;
  readonly ours: Start;
  readonly clients: Start;
  readonly ratio: number;
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
  const { stage, tapes, start, heard } = await alone();
  const all: Started[] = [];
  for (const [name, { bundles }] of stage.sources) {
    const best = { function: [] as Start[], clients: [] as Start[] };
    const { first } = tapes.get(name) as Tape;
    for (let time = 0; time < (effort === "once" ? 1 : TIMES); time += 1) {
      const ours = await start(name, "function");
      const invoked = { cpuMs: 0 };
      const requests = await heard(async () => {
        invoked.cpuMs = (await ours.process.ask("invoke", { invocations: [first] })).cpuMs;
      });
      const clients = await start(name, "clients");
      const asked = await clients.process.ask("request", { requests });
      best.function.push({ importing: ours.cpuMs, first: ours.cpuMs + invoked.cpuMs });
      best.clients.push({ importing: clients.cpuMs, first: clients.cpuMs + asked.cpuMs });
      await Promise.all([ours.process.stop(), clients.process.stop()]);
    }
    const [ours, clients] = [least(best.function), least(best.clients)];
    const ratio = Math.max(ours.importing / clients.importing, ours.first / clients.first);
    all.push({ name, ours, clients, ratio, most: mostOf(bundles.function, bundles.clients) });
    say(
      `${name}: ${ours.importing.toFixed(0)} and ${ours.first.toFixed(0)} ms, its clients ${clients.importing.toFixed(0)} and ${clients.first.toFixed(0)}`,
    );
  }
  return all;
}

/** What disturbs only adds. */
const least = (starts: readonly Start[]): Start => ({
  importing: Math.min(...starts.map(({ importing }) => importing)),
  first: Math.min(...starts.map(({ first }) => first)),
});

function figureOf(starts: readonly Started[]): Figure {
  const [worst] = starts.toSorted((one, other) => other.ratio - one.ratio);
  if (worst === undefined) throw new TypeError("there are no functions");
  const over = starts.filter(({ ratio }) => ratio > GOAL).map(({ name }) => name);
  const ms = (one: number, other: number) => [one.toFixed(1), other.toFixed(1), (one / other).toFixed(2)];
  return {
    name: "start",
    title: "Processor time of a start: import, and first message",
    measured: { value: worst.ours.first, unit: `ms until ${worst.name} has handled its first message` },
    reference: { value: worst.clients.first, unit: "ms for its clients" },
    ratio: { value: worst.ratio, of: `times the reference at the most; over ${GOAL}: ${over.join(", ") || "none"}` },
    goal: { text: `at most ${GOAL}, both, for each function`, isMet: over.length === 0 },
    how: [
      `Each function's bundle as it is deployed, imported by a new process with its links in the environment, which then handles one invocation that asks for something; least of ${TIMES}. The function that is furthest above its reference.`,
      "Reference: a bundle, made and measured in the same way and in turn, of nothing but the clients of the AWS SDK, and of Vonage, that the function's sources import, now or later; used for what the first message asks of them.",
    ],
    table: {
      columns: [
        "function",
        "import, ms",
        "clients",
        "ratio",
        "and first message, ms",
        "clients",
        "ratio",
        "most of what is loaded above the clients, kB",
      ],
      rows: starts.map(({ name, ours, clients, most }) => [
        name,
        ...ms(ours.importing, clients.importing),
        ...ms(ours.first, clients.first),
        most,
      ]),
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
