import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { type Bundle, bundlesOf } from "../bundles.ts";
import type { Figure, Measurement } from "../figure.ts";
import { REPOSITORY, startRig } from "../rig/rig.ts";

const TIMES = 7;
const GOAL = 1.2;
const SHOWN_CONTENTS = 6;

interface Start {
  readonly name: string;
  readonly bundle: Bundle;
  readonly clients: Bundle;
  readonly ms: number;
  readonly clientsMs: number;
}

export const coldStart: Measurement = {
  figures: ["cold-start"],
  async measure(say) {
    const functions = await functionsOfStage();
    const folder = await mkdtemp(path.join(tmpdir(), "promptcall-bench-"));
    try {
      const starts: Start[] = [];
      for (const { source, environment } of functions) {
        const name = path.basename(path.dirname(source));
        const bundles = await bundlesOf({ root: REPOSITORY, source, folder, name });
        const [ms, clientsMs] = await bestImports([bundles.function, bundles.clients], environment);
        starts.push({ name, bundle: bundles.function, clients: bundles.clients, ms, clientsMs });
        say(`${name}: ${ms.toFixed(0)} ms, its clients alone ${clientsMs.toFixed(0)} ms`);
      }
      return [figureOf(starts)];
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};

/** Each file once, with all that its functions are linked to. */
async function functionsOfStage() {
  const rig = await startRig({ carrier: "http://127.0.0.1:9" });
  await rig.stop();
  const files = new Map<string, Record<string, string>>();
  for (const { handler, environment } of rig.functions) {
    const source = handler.replace(/\.\w+$/, ".ts");
    files.set(source, { ...files.get(source), ...environment });
  }
  return [...files].map(([source, environment]) => ({ source, environment }));
}

const SCRIPT =
  "const start = performance.now(); await import(process.argv[1]); console.log(performance.now() - start);";

/** How long a new process takes to import each, the best of some times, in turn. Milliseconds. */
async function bestImports(bundles: readonly [Bundle, Bundle], environment: Readonly<Record<string, string>>) {
  const best: [number, number] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let time = 0; time < TIMES; time += 1) {
    for (const [index, { file }] of bundles.entries()) {
      const { stdout } = await promisify(execFile)(
        process.execPath,
        ["--input-type=module", "-e", SCRIPT, pathToFileURL(file).href],
        { env: { ...environment } },
      );
      best[index as 0 | 1] = Math.min(best[index as 0 | 1], Number(stdout.trim().split("\n").at(-1)));
    }
  }
  return best;
}

function figureOf(starts: readonly Start[]): Figure {
  const ratios = starts.map(({ bundle, clients, ms, clientsMs }) =>
    Math.max(ms / clientsMs, bundle.loadedBytes / clients.loadedBytes),
  );
  const worst = Math.max(...ratios);
  const { ms = 0, clientsMs = 0, name = "" } = starts[ratios.indexOf(worst)] ?? {};
  const missing = starts.filter((_, index) => (ratios[index] ?? 0) > GOAL).map((start) => start.name);
  return {
    name: "cold-start",
    title: "Loading a function's bundle",
    measured: { value: ms, unit: `ms to import ${name}` },
    reference: { value: clientsMs, unit: "ms to import its clients" },
    ratio: {
      value: worst,
      of: `times the reference at the most${missing.length > 0 ? `; over it: ${missing.join(", ")}` : ""}`,
    },
    goal: { text: `at most ${GOAL}, in time and in size, for each function`, isMet: missing.length === 0 },
    how: [
      `Each function's bundle, made with the options that SST passes to esbuild, imported by a new Node process with its links in the environment, best of ${TIMES}. The function whose time or size is furthest above its reference.`,
      "Size is what a cold start loads: the entry, and the files that it imports statically. What is imported dynamically (by our code, and by the SDK for credentials of other kinds than Lambda's) lies beside it, and is counted in the total.",
      "Reference: a bundle, made in the same way and measured in the same way, of nothing but what the function's sources import of the AWS SDK, and of Vonage's where they do; in turn with the function's. What they import dynamically of these is imported statically by it: the api and the timers load Vonage's client only when they ask the carrier.",
    ],
    table: {
      columns: [
        "function",
        "ms",
        "clients",
        "ratio",
        "kB loaded",
        "clients",
        "ratio",
        "kB in all",
        "clients",
        "most of what is loaded, kB",
      ],
      rows: starts.map(({ name, bundle, clients, ms, clientsMs }) => [
        name,
        ms.toFixed(1),
        clientsMs.toFixed(1),
        (ms / clientsMs).toFixed(2),
        kilobytes(bundle.loadedBytes),
        kilobytes(clients.loadedBytes),
        (bundle.loadedBytes / clients.loadedBytes).toFixed(2),
        kilobytes(bundle.bytes),
        kilobytes(clients.bytes),
        mostOf(bundle, clients),
      ]),
    },
  };
}

const kilobytes = (bytes: number): string => (bytes / 1000).toFixed(0);

/** What is in it above what the clients bring. */
function mostOf({ contents }: Bundle, clients: Bundle): string {
  const known = new Map(clients.contents.map(({ from, bytes }) => [from, bytes]));
  return contents
    .map(({ from, bytes }) => ({ from, bytes: bytes - (known.get(from) ?? 0) }))
    .filter(({ bytes }) => bytes > 1_000)
    .toSorted((one, other) => other.bytes - one.bytes)
    .slice(0, SHOWN_CONTENTS)
    .map(({ from, bytes }) => `${from} ${kilobytes(bytes)}`)
    .join(", ");
}
