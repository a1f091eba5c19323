import type { DialOutcome } from "@promptcall/core/dial-outcome";
import type { LineStatus } from "@promptcall/core/line-status";
import type { MachineDetection } from "@promptcall/core/records/spec";
import type { Ncco } from "@promptcall/core/script";

export interface PlaceCall {
  readonly to: string;
  readonly from: string;
  readonly ncco: Ncco;
  readonly eventUrl: string;
  /** The carrier ends the call so long after it was answered. */
  readonly lengthSeconds: number;
  /** Whether the carrier looks for answering machines, and what becomes of a call that one has answered. */
  readonly machineDetection?: MachineDetection;
}

export interface CarrierCall {
  readonly status: LineStatus;
  readonly uuid: string;
  readonly detail?: string;
  readonly durationSeconds?: number;
  readonly price?: string;
}

export interface Carrier {
  /** Never throws: whatever happens is one of the outcomes. */
  placeCall(call: PlaceCall, credential: string): Promise<DialOutcome>;
  /** The call as the carrier knows it; undefined when it does not tell. */
  findCall(uuid: string, credential: string): Promise<CarrierCall | undefined>;
  /** Never throws; whether the carrier has taken it. */
  hangUp(uuid: string, credential: string): Promise<boolean>;
}
