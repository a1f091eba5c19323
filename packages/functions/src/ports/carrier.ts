import type { DialOutcome } from "@promptcall/core/call/dial-outcome";
import type { Ncco } from "@promptcall/core/call/script";
import type { LegStatus } from "@promptcall/core/contracts/leg-status";
import type { AdvancedDetection, MachineDetection } from "@promptcall/core/contracts/records/spec";
import type { Region } from "@promptcall/core/contracts/regions";

export interface PlaceCall {
  readonly to: string;
  /** The carrier chooses among the numbers of the application where it is absent. */
  readonly from?: string;
  readonly ncco: Ncco;
  readonly eventUrl: string;
  /** How long it rings, where that is not as for the whole stage. */
  readonly ringingSeconds?: number;
  /** The carrier ends the call this long after the answer. */
  readonly lengthSeconds: number;
  /** What the carrier does with a call that an answering machine takes. It does not look for machines without it. */
  readonly machineDetection?: MachineDetection;
  /** How it looks for them, where not in the plain way. */
  readonly advancedDetection?: AdvancedDetection;
  /** Where it handles the call, if it is not to choose. */
  readonly region?: Region;
}

export interface CarrierCall {
  readonly status: LegStatus;
  readonly uuid: string;
  readonly detail?: string;
  readonly durationSeconds?: number;
  readonly price?: string;
  readonly rate?: string;
  readonly network?: string;
}

export interface Carrier {
  /** Never throws: whatever happens is one of the outcomes. */
  placeCall(call: PlaceCall, credential: string): Promise<DialOutcome>;
  /** Whether it takes the credential; undefined when it does not say so in time. Never throws. */
  takes(credential: string, longestWaitMs: number): Promise<"yes" | "no" | undefined>;
  /** The carrier's record of the call, which its region alone has; undefined when it gives none. */
  findCall(uuid: string, credential: string, region?: Region): Promise<CarrierCall | undefined>;
  /** Never throws; true when the carrier accepted the request. */
  hangUp(uuid: string, credential: string, region?: Region): Promise<boolean>;
}
