import { fileURLToPath } from "node:url";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { SQSClient } from "@aws-sdk/client-sqs";
import { startAsked } from "../asking.ts";
import type { RigCommands, RigFacts, RigOptions } from "./rig-protocol.ts";

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
  const program = new URL("rig-process.ts", import.meta.url);
  const { ask, stop } = await startAsked<RigCommands>(program, { stdio: "inherit", execArgv: ONE_COLLECTOR });
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
      tally: () => ask("tally", undefined),
      forget: () => ask("forget", undefined),
      handled: (wanted) => ask("handled", wanted),
      memory: () => ask("memory", undefined),
      async stop() {
        await ask("stop", undefined);
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

const CREDENTIALS = { accessKeyId: "local", secretAccessKey: "local" };
