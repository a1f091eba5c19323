import type { SweepMessage } from "@promptcall/core/contracts/dialing-messages";
import type { DialQueueMessage, TimerMessage } from "@promptcall/core/contracts/messages";
import type { Settings } from "@promptcall/core/contracts/settings";
import type { Batches } from "../ports/batches.ts";
import type { CallStore } from "../ports/call-store.ts";
import type { Carrier } from "../ports/carrier.ts";
import type { Checkpoints } from "../ports/checkpoints.ts";
import type { TimerClock } from "../ports/clock.ts";
import type { Owners } from "../ports/owners.ts";
import type { Queue } from "../ports/queue.ts";
import type { Seal } from "../ports/seal.ts";
import type { WaitingCalls } from "../ports/waiting-calls.ts";
import type { EndBatchPorts } from "./end-batch.ts";
import type { GiveBackPorts } from "./give-back.ts";

export interface DialerPorts
  extends Omit<GiveBackPorts, "dial" | "calls" | "batches" | "waiting" | "clock">,
    Omit<EndBatchPorts, "timers" | "batches" | "clock"> {
  readonly calls: CallStore;
  readonly batches: Batches;
  readonly waiting: WaitingCalls;
  readonly owners: Owners;
  readonly dial: Queue<DialQueueMessage>;
  readonly timers: Queue<TimerMessage | SweepMessage>;
  readonly carrier: Pick<Carrier, "placeCall">;
  readonly seal: Seal;
  readonly checkpoints: Checkpoints;
  readonly clock: TimerClock;
  readonly webhooks: { readonly baseUrl: string; readonly key: Uint8Array };
  readonly settings: Pick<Settings, "carrier" | "timers" | "verboseEvents">;
  readonly verboseEvents: boolean;
}
