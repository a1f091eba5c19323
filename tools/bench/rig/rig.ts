import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { RigCommand, RigCommands, RigFacts, RigOptions, RigReply } from "./rig-protocol.ts";

export interface Rig extends RigFacts, Omit<RigCommands, "start"> {
  /** Of our own, to the same emulators. */
  readonly clients: {
    readonly dynamoDb: DynamoDBClient;
    readonly sqs: SQSClient;
    readonly eventBridge: EventBridgeClient;
  };
}

export const REPOSITORY = fileURLToPath(new URL("../../..", import.meta.url));

/**
 * The emulators hold what AWS would hold elsewhere. Collecting their garbage on every processor at once would hold up the
 * functions and the carrier for up to 30 ms, which is all that a dial may be late.
 */
const ONE_COLLECTOR = ["--v8-pool-size=1"];

const SOCKETS = { requestHandler: { httpAgent: { maxSockets: 200 } } };

/** The stacks as `npm start` runs them, with the emulators, in a process of their own. */
export async function startRig(options: Partial<RigOptions> & Pick<RigOptions, "carrier">): Promise<Rig> {
  const child = fork(new URL("rig-process.ts", import.meta.url), { stdio: "inherit", execArgv: ONE_COLLECTOR });
  await once(child, "message");
  const ask = asking(child);
  try {
    const facts = await ask("start", {
      root: REPOSITORY,
      speed: 1,
      counts: false,
      ...options,
    });
    const client = { region: facts.environment.AWS_REGION ?? "", credentials: CREDENTIALS, ...SOCKETS };
    const { environment } = facts;
    return {
      ...facts,
      clients: {
        dynamoDb: new DynamoDBClient({ ...client, endpoint: environment.AWS_ENDPOINT_URL_DYNAMODB ?? "" }),
        sqs: new SQSClient({ ...client, endpoint: environment.AWS_ENDPOINT_URL_SQS ?? "" }),
        eventBridge: new EventBridgeClient({ ...client, endpoint: environment.AWS_ENDPOINT_URL_EVENTBRIDGE ?? "" }),
      },
      tally: () => ask("tally"),
      forget: () => ask("forget"),
      handled: (wanted) => ask("handled", wanted),
      memory: () => ask("memory"),
      async stop() {
        await ask("stop");
        await ended(child);
      },
    };
  } catch (error) {
    await ended(child);
    throw error;
  }
}

const CREDENTIALS = { accessKeyId: "local", secretAccessKey: "local" };

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const exit = once(child, "exit");
  child.kill();
  await exit;
}

function asking(child: ChildProcess) {
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let last = 0;
  child.on("message", (reply: RigReply) => {
    if ("error" in reply) waiting.get(reply.id)?.reject(new Error(`the stage failed: ${reply.error}`));
    else waiting.get(reply.id)?.resolve(reply.value);
    waiting.delete(reply.id);
  });
  child.on("exit", (code) => {
    for (const { reject } of waiting.values()) reject(new Error(`the stage's process has ended: ${code}`));
  });
  return async <Command extends RigCommand>(
    command: Command,
    ...[argument]: Parameters<RigCommands[Command]>
  ): Promise<Awaited<ReturnType<RigCommands[Command]>>> => {
    const id = ++last;
    const answer = Promise.withResolvers<unknown>();
    waiting.set(id, answer);
    child.send({ id, command, argument });
    return (await answer.promise) as Awaited<ReturnType<RigCommands[Command]>>;
  };
}
