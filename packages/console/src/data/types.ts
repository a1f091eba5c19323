import type { AcceptedBatchSchema, BatchSchema, CallSchema, EstimateSchema } from "@promptcall/core/contracts/answers";
import type { RecordOf } from "@promptcall/core/contracts/records/fields";

/** A call as `GET /calls` lists it, its number masked. */
export type Call = RecordOf<typeof CallSchema>;
export type Batch = RecordOf<typeof BatchSchema>;
export type Estimate = RecordOf<typeof EstimateSchema>;
export type AcceptedBatch = RecordOf<typeof AcceptedBatchSchema>;
export type RejectedRow = NonNullable<Estimate["rejected"]>[number];

export interface Counts {
  readonly at: string;
  readonly queued: number;
  readonly live: number;
  readonly done: number;
  readonly cancelled: number;
  readonly failed: number;
  readonly failed_pins: number;
  readonly errors: number;
  readonly parked: number;
  readonly last_dial_at?: string;
}

export interface PhoneCall {
  readonly uuid: string;
  readonly tid?: string;
  readonly to: string;
  readonly from: string;
  readonly state: "ringing" | "in_call" | "ended";
  readonly rang_at: string;
  readonly rings_until: string;
  readonly answered_at?: string;
  readonly ended_at?: string;
  readonly tab?: string;
  readonly said: readonly { readonly text: string; readonly at: string; readonly language?: string }[];
  readonly attempt: number;
  readonly attempts_allowed?: number;
  readonly digits_expected?: number;
  readonly digits_keyed: number;
  readonly ended_by?: "declined" | "hung_up" | "unanswered" | "line";
}

export interface QueueSample {
  readonly at: string;
  readonly queues: readonly {
    readonly name: string;
    readonly waiting: number;
    readonly in_hand: number;
    readonly dead_letters: number;
  }[];
}

/** A callback as the inbox of the local run keeps it. */
export interface Received {
  readonly received_at: string;
  readonly tid?: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly verified: boolean;
  /** Why it is not genuine. */
  readonly why?: string;
}
