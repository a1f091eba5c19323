import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { bundle } from "@promptcall/synth/run/bundle";
import { bundling } from "../../../stacks/defaults/bundling.ts";
import { ASSUMED_MS } from "../../cost/assumptions.ts";
import { CARRIER } from "../../cost/usage.ts";
import { bareRequest } from "./bare-request.ts";
import { type Asked, type Endpoint, plainAnswer, startEndpoint } from "./endpoint.ts";
import { isOfApplication } from "./exchanges.ts";
import { type BareRequest, type FunctionProcess, startFunction } from "./function.ts";
import { readStage, type Source, type Stage } from "./stage.ts";
import { recordTapes, type Tape } from "./tape.ts";

/** So many calls are on tape: each of another application, as the worst case has it. */
export const CALLS = 10;

/** And steps of a loop, each of so many calls. */
const STEPS = [3, 30];

export interface Alone {
  readonly endpoint: Endpoint;
  readonly stage: Stage;
  readonly tapes: ReadonlyMap<string, Tape>;
  /** Of the dialer alone: a step of a batch each. */
  readonly steps: ReadonlyMap<string, Tape>;
  /** What is asked for meanwhile, and what comes of the work. */
  heard<Done>(work: () => Promise<Done>): Promise<{ readonly requests: readonly BareRequest[]; readonly done: Done }>;
  /** While it lasts, requests are answered as late as the assumptions have it. */
  afterStated(work: () => Promise<void>): Promise<void>;
  /** While it lasts, whatever is written is taken, and every application is known. */
  accepting(work: () => Promise<void>): Promise<void>;
  /** In a new process, with nothing loaded. */
  start(folder: string, of: "function" | "clients" | "plainClients" | "sample"): Promise<Started>;
}

export interface Started {
  readonly process: FunctionProcess;
  /** Of importing it. */
  readonly cpuMs: number;
}

let opened: Promise<Alone> | undefined;

/** The functions by themselves, as they are deployed, with all that they ask for answered at once. Made for all figures once. */
export const alone = (): Promise<Alone> => (opened ??= open());

async function open(): Promise<Alone> {
  const folder = await mkdtemp(path.join(tmpdir(), "promptcall-bench-"));
  process.on("exit", () => rmSync(folder, { recursive: true }));
  const endpoint = await startEndpoint(folder);
  const stage = await readStage({ endpoint, folder });
  const source = path.join(import.meta.dirname, "sample.ts");
  const sample = await bundle({ source, folder: path.join(folder, "sample"), name: "sample", bundling });
  const { tapes, steps, application } = await recordTapes(stage, { endpoint, calls: CALLS, steps: STEPS });
  type Answers = Endpoint["answers"];
  async function answering<Done>(
    work: () => Promise<Done>,
    by: (asked: Asked, answers: Answers) => ReturnType<Answers>,
  ): Promise<Done> {
    const { answers } = endpoint;
    endpoint.answers = (asked) => by(asked, answers);
    const done = await work();
    endpoint.answers = answers;
    return done;
  }
  return {
    ...{ endpoint, stage, tapes, steps },
    async heard(work) {
      const requests: BareRequest[] = [];
      const done = await answering(work, (asked, answers) => {
        requests.push(bareRequest(asked));
        return answers(asked);
      });
      return { requests, done };
    },
    afterStated: (work) =>
      answering(work, async (asked, answers) => {
        const answer = await answers(asked);
        await setTimeout(statedMs(asked.target));
        return answer;
      }),
    accepting: (work) =>
      answering(work, (asked) => (isOfApplication(asked) ? application : plainAnswer(asked.target, asked.body))),
    async start(of, kind) {
      const { bundles, environment } = stage.sources.get(of) as Source;
      const forSample = { CARRIER: endpoint.url, TABLE: String(stage.resources.Calls?.name) };
      const started = await startFunction(kind === "sample" ? { ...environment, ...forSample } : environment, stage);
      const file = kind === "sample" ? sample.file : bundles[kind].file;
      const { cpuMs } = await started.ask("load", { file });
      if (kind === "clients" || kind === "plainClients") await started.ask("prepare", { carrier: endpoint.url });
      return { process: started, cpuMs };
    },
  };
}

function statedMs(target: string): number {
  if (target.startsWith("POST ")) return target === CARRIER ? ASSUMED_MS.carrier : ASSUMED_MS.customer;
  return ASSUMED_MS[target.split(".")[1] as keyof typeof ASSUMED_MS];
}
