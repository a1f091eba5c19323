import type { Call } from "./types.ts";

/** What each event of the stream carries: the local run publishes it, and the page shows it. */
export interface StreamData {
  readonly call: Call;
  readonly counts: Counts;
  readonly queue: QueueSample;
  readonly phone: PhoneCall;
  readonly inbox: Received;
  readonly receiver: Receiver;
  readonly said: Said;
}

/** The numbers above the list. Each call is in exactly one of the first four; parked counts results. */
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

/** A call that rings at the page. */
export interface PhoneCall {
  readonly uuid: string;
  /** Known as soon as the call is on record. */
  readonly tid?: string;
  /** Masked. */
  readonly to: string;
  readonly from: string;
  readonly state: "ringing" | "in_call" | "ended";
  readonly rang_at: string;
  readonly rings_until: string;
  readonly answered_at?: string;
  readonly ended_at?: string;
  /** Which page has the call. */
  readonly tab?: string;
  /** The input that listens. */
  readonly attempt: number;
  readonly attempts_allowed?: number;
  readonly digits_expected?: number;
  readonly digits_keyed: number;
  /** How the person's side of it ended. */
  readonly ended_by?: "declined" | "hung_up" | "unanswered" | "line";
}

/** What a call that lives has said so far, the newest last, and since when; nothing once it is over. */
export interface Said {
  readonly uuid: string;
  readonly said: readonly { readonly text: string; readonly at: string; readonly language?: string }[];
}

/** One second of the queues. */
export interface QueueSample {
  readonly at: string;
  readonly queues: readonly {
    readonly name: string;
    /** Messages that wait, those for a later time included. */
    readonly waiting: number;
    readonly in_hand: number;
    readonly dead_letters: number;
    /** When the oldest was sent of those that wait for nothing, or are in hand. */
    readonly oldest_at?: string;
    /** When the first of those is due that are for a later time. */
    readonly due_at?: string;
  }[];
}

/** A callback as it came, numbers masked. */
export interface Received {
  readonly received_at: string;
  readonly tid?: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Whether the signature holds for the application of the call, checked by a library that is not ours. */
  readonly verified: boolean;
  /** Why it is not genuine. */
  readonly why?: string;
}

/** An address that results go to, and since when it takes none. */
export interface Receiver {
  readonly receiver: string;
  readonly failing_since?: string;
}
