import { startLocal } from "@promptcall/local/local";
import { workerHeaps } from "./heaps.ts";
import {
  READY,
  type RigCommands,
  type RigFunction,
  type RigOptions,
  type RigReply,
  type RigRequest,
} from "./rig-protocol.ts";
import { Tally } from "./tally.ts";

/** The stage in a process of its own, so that who asks and who is called by it take no time from it but the machine's. */
let local: Awaited<ReturnType<typeof startLocal>> | undefined;
let tally: Tally | undefined;

const commands: RigCommands = {
  async start(options) {
    const memory = new Map<string, number>();
    const counted = options.counts ? new Tally({ memoryMbOf: (name) => memory.get(name) ?? Number.NaN }) : undefined;
    tally = counted;
    const started = await startLocal({
      root: options.root,
      variables: variablesOf(options),
      // On a machine that is worked to its limit everything takes longer than the local stage allows it.
      untimed: true,
      ...(options.largestBatch !== undefined && { largestBatch: options.largestBatch }),
      onLog: ({ functionName, line, stream }) => {
        counted?.logged(line);
        if (stream === "stderr" && line.includes("failed")) process.stderr.write(`${functionName}: ${line}\n`);
      },
      ...(counted && { crashes: () => void counted.begun(), onInvocation: (report) => counted.ended(report) }),
    });
    local = started;
    for (const { name, memoryMb } of started.graph.functions) memory.set(name, memoryMb);
    const { outputs, environment, resource } = started;
    return {
      functions: functionsOf(started),
      apiUrl: String(outputs.api),
      environment,
      tableName: String(resource("Calls").name),
      busName: String(resource("Bus").name),
      parkingQueueUrl: String(resource("CallbacksDeadLetters").url),
    };
  },
  tally: async () => counting().tallied,
  forget: async () => counting().forget(),
  handled: async ({ functionName, messages, withinSeconds }) =>
    await counting().handled(functionName).reaches(messages, { withinSeconds }),
  async memory() {
    const workers = await workerHeaps();
    return { rssMb: process.memoryUsage.rss() / 1024 ** 2, workers };
  },
  async stop() {
    await local?.stop();
  },
};

function variablesOf({ carrier, speed }: RigOptions): Record<string, string> {
  return {
    VONAGE_HOST: carrier,
    SIM_SPEED: String(speed),
    VERBOSE_EVENTS: "false",
  };
}

function functionsOf({ graph, resource, environment }: Awaited<ReturnType<typeof startLocal>>): RigFunction[] {
  const app = JSON.stringify({ name: graph.app.name, stage: graph.app.stage });
  return graph.functions.map(({ handler, links }) => {
    const linked = links.map((name) => [`SST_RESOURCE_${name}`, JSON.stringify(resource(name))] as const);
    return { handler, environment: { ...environment, SST_RESOURCE_App: app, ...Object.fromEntries(linked) } };
  });
}

function counting(): Tally {
  if (tally === undefined) throw new TypeError("this stage was started without counts");
  return tally;
}

async function answer({ id, command, argument }: RigRequest): Promise<void> {
  const reply = (answered: RigReply) => process.send?.(answered);
  try {
    const run = commands[command] as (argument: unknown) => Promise<unknown>;
    reply({ id, value: await run(argument) });
  } catch (error) {
    reply({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}

process.on("message", (request: RigRequest) => {
  void answer(request);
});
// Its parent is gone, so it ends, too.
process.on("disconnect", () => process.exit());
// From now on it can be asked for something: what is sent before may be lost.
process.send?.(READY);
