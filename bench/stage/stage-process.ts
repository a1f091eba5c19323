import { startLocal } from "../../packages/local/src/local.ts";
import { workerHeaps } from "./heaps.ts";
import type { StageCommands, StageOptions, StageReply, StageRequest } from "./stage-protocol.ts";
import { Tally } from "./tally.ts";

/** The stage in a process of its own, so that who asks and who is called by it take no time from it but the machine's. */
let local: Awaited<ReturnType<typeof startLocal>> | undefined;
let tally: Tally | undefined;

const commands: StageCommands = {
  async start(options) {
    const counted = options.counts ? new Tally() : undefined;
    tally = counted;
    const started = await startLocal({
      root: options.root,
      variables: variablesOf(options),
      ...(options.largestBatch !== undefined && { largestBatch: options.largestBatch }),
      onLog: ({ functionName, line, stream }) => {
        counted?.logged(line);
        if (stream === "stderr") process.stderr.write(`${functionName}: ${line}\n`);
      },
      ...(counted && { crashes: () => void counted.begun(), onInvocation: (report) => counted.ended(report) }),
    });
    local = started;
    const { outputs, environment, resource } = started;
    return {
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

function variablesOf({ carrier, speed }: StageOptions): Record<string, string> {
  return { VONAGE_HOST: carrier, SIM_SPEED: String(speed), VERBOSE_EVENTS: "false" };
}

function counting(): Tally {
  if (tally === undefined) throw new TypeError("this stage was started without counts");
  return tally;
}

async function answer({ id, command, argument }: StageRequest): Promise<StageReply> {
  try {
    const run = commands[command] as (argument: unknown) => Promise<unknown>;
    return { id, value: await run(argument) };
  } catch (error) {
    return { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

process.on("message", (request: StageRequest) => {
  answer(request).then((reply) => process.send?.(reply));
});
// Whoever started it is gone: so is this, with all its threads.
process.on("disconnect", () => process.exit());
