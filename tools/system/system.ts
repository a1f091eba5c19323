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

export interface System {
  readonly apiUrl: string;
  readonly webhooksUrl: string;
  readonly sim: VonageSim;
  readonly local: Local;
  stop(): Promise<void>;
}

const repository = fileURLToPath(new URL("../..", import.meta.url));

/** The whole of Promptcall on this machine: the stacks as they are deployed, and a carrier to call through. */
export async function startSystem({
  root = repository,
  apiPort = 0,
  simPort = 0,
  speed,
  secrets,
  verboseEvents = true,
  shortDeadlines = true,
  sim,
  local: options,
  variables,
  onLog,
}: SystemOptions): Promise<System> {
  const carrier = await startVonageSim({ ...sim, port: simPort, speed });
  try {
    const local = await startLocal({
      ...options,
      root,
      ports: { Api: apiPort },
      variables: {
        VONAGE_HOST: carrier.url,
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
      sim: carrier,
      local,
      // The carrier first: it would go on calling webhooks that are gone.
      stop: async () => {
        await carrier.stop();
        await local.stop();
      },
    };
  } catch (error) {
    await carrier.stop();
    throw error;
  }
}
