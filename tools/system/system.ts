import { fileURLToPath } from "node:url";
import { type Local, type LocalOptions, startLocal } from "@promptcall/local/local";
import { startVonageSim, type VonageSim, type VonageSimOptions } from "@promptcall/vonage-sim/sim";

export interface SystemOptions {
  /** Where the stacks are; those of this repository by default. */
  readonly root?: string;
  /** 0 for any free one. */
  readonly apiPort?: number;
  readonly simPort?: number;
  readonly speed: number;
  readonly secrets?: Record<string, string>;
  /** Events for watching only, which a deployment does not publish. Default true. */
  readonly verboseEvents?: boolean;
  readonly sim?: Pick<VonageSimOptions, "callsPerSecond" | "isAtHand" | "onCall" | "webhookFaults" | "seed">;
  readonly local?: Pick<
    LocalOptions,
    | "accountConcurrency"
    | "clockAheadMs"
    | "crashes"
    | "front"
    | "onInvocation"
    | "largestBatch"
    | "quietQueues"
    | "tableThroughput"
    | "untimed"
  >;
  /** Whether what waits for a call is sooner over, as the carrier's clock is faster. Default true. */
  readonly shortDeadlines?: boolean;
  /** Further variables for the stacks. */
  readonly variables?: Record<string, string>;
  readonly onLog?: LocalOptions["onLog"];
}

/** The stacks on this machine, whoever carries their calls. */
export interface Stage {
  readonly apiUrl: string;
  readonly webhooksUrl: string;
  readonly local: Local;
  stop(): Promise<void>;
}

export interface System extends Stage {
  readonly sim: VonageSim;
}

const repository = fileURLToPath(new URL("../..", import.meta.url));

/** The whole of Promptcall on this machine: the stacks as they are deployed, and a carrier to call through. */
export async function startSystem({ simPort = 0, sim, ...options }: SystemOptions): Promise<System> {
  const carrier = await startVonageSim({ ...sim, port: simPort, speed: options.speed });
  try {
    const stage = await startStage({ ...options, variables: { VONAGE_HOST: carrier.url, ...options.variables } });
    return {
      ...stage,
      sim: carrier,
      // The carrier first: it would go on calling webhooks that are gone.
      stop: async () => {
        await carrier.stop();
        await stage.stop();
      },
    };
  } catch (error) {
    await carrier.stop();
    throw error;
  }
}

/** The stacks alone; who carries their calls is in the variables. */
export async function startStage({
  root = repository,
  apiPort = 0,
  webhooksPort = 0,
  speed,
  secrets,
  verboseEvents = true,
  shortDeadlines = true,
  local: options,
  variables,
  onLog,
}: Omit<SystemOptions, "sim" | "simPort"> & { readonly webhooksPort?: number }): Promise<Stage> {
  const local = await startLocal({
    ...options,
    root,
    ports: { Api: apiPort, Webhooks: webhooksPort },
    variables: {
      SIM_SPEED: String(speed),
      VERBOSE_EVENTS: String(verboseEvents),
      SHORT_DEADLINES: String(shortDeadlines),
      ...variables,
    },
    ...(secrets && { secrets }),
    ...(onLog && { onLog }),
  });
  return {
    apiUrl: String(local.outputs.api),
    webhooksUrl: String(local.outputs.webhooks),
    local,
    stop: () => local.stop(),
  };
}
