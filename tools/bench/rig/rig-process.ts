import { startLocal } from "@promptcall/local/local";
import { answerAs } from "../asking.ts";
import { REPOSITORY } from "../repository.ts";
import type { RigCommands, RigOptions } from "./rig-protocol.ts";
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
      root: REPOSITORY,
      variables: variablesOf(options),
      // On a machine that is worked to its limit everything takes longer than the local stage allows it.
      untimed: true,
      ...(options.largestBatch !== undefined && { largestBatch: options.largestBatch }),
      onLog: ({ functionName, line, stream }) => {
        counted?.logged(line);
        if (stream === "stderr" && line.includes("failed")) process.stderr.write(`${functionName}: ${line}\n`);
      },
      ...(counted && { onInvocation: (report) => counted.ended(report) }),
    });
    local = started;
    for (const { name, memoryMb } of started.graph.functions) memory.set(name, memoryMb);
    const { outputs, environment, resource } = started;
    return {
      apiUrl: String(outputs.api),
      environment,
      tableName: String(resource("Calls").name),
    };
  },
  tally: async () => counting().tallied,
  forget: async () => counting().forget(),
  handled: async ({ functionName, messages, withinSeconds }) =>
    await counting().handled(functionName).reaches(messages, { withinSeconds }),
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

function counting(): Tally {
  if (tally === undefined) throw new TypeError("this stage was started without counts");
  return tally;
}

answerAs(commands);
