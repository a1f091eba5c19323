import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { startAsked } from "../asking.ts";
import type { RigCommands, RigFacts, RigOptions } from "./rig-protocol.ts";

export interface Rig extends RigFacts, Omit<RigCommands, "start"> {
  /** Of our own, to the same emulator. */
  readonly dynamoDb: DynamoDBClient;
}

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
      speed: 1,
      counts: false,
      ...options,
    });
    const client = { region: facts.environment.AWS_REGION ?? "", credentials: CREDENTIALS, ...SOCKETS };
    const { environment } = facts;
    return {
      ...facts,
      dynamoDb: new DynamoDBClient({ ...client, endpoint: environment.AWS_ENDPOINT_URL_DYNAMODB ?? "" }),
      tally: () => ask("tally", undefined),
      forget: () => ask("forget", undefined),
      handled: (wanted) => ask("handled", wanted),
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
