import type { Call, Outcome } from "@promptcall/core/call";
import type { CallbackAttempt, NextStep } from "@promptcall/core/callback";
import type { CallbackRequest } from "@promptcall/core/callback-request";
import type { DialOutcome } from "@promptcall/core/dial-outcome";
import type { Loop } from "@promptcall/core/dialing/loop";
import type { SWEEP_REASONS } from "@promptcall/core/dialing/messages";
import type { Published } from "@promptcall/core/events";
import type { Attempt } from "@promptcall/core/idempotency";
import type { LineStatus } from "@promptcall/core/line-status";
import type { MetricName } from "@promptcall/core/metrics";
import type { Ncco } from "@promptcall/core/script";
import type { CallSpec, MachineDetection } from "@promptcall/core/spec";

/** A call as it stands, with the version a save has to name. */
export interface Stored {
  readonly call: Call;
  readonly version: number;
}

export interface CallStore {
  /** What was asked for is all that is written of a new call, and may be written again before anything has happened. */
  add(specs: readonly CallSpec[]): Promise<void>;
  spec(tid: string): Promise<CallSpec | undefined>;
  /** What was asked for and how it stands, of those that there are and that can be read. */
  find(tids: readonly string[]): Promise<ReadonlyMap<string, { readonly spec: CallSpec; readonly stored: Stored }>>;
  /** A call to which nothing has happened yet is queued, at version 1. */
  state(tid: string): Promise<Stored | undefined>;
  /** @throws {ConflictError} when the call is no longer at that version */
  save(stored: Stored): Promise<void>;
}

/** Why a batch was over before all of its calls were dialed. */
export type BatchEnd = (typeof SWEEP_REASONS)[number];

/** What is known of a batch, but for its calls. */
export interface BatchRecord {
  readonly id: string;
  readonly applicationId: string;
  readonly count: number;
  readonly acceptedAt: string;
  readonly firstDialAt: string;
  readonly lastDialAt: string;
  /** Whose loop it is in, and until when; absent from batches that were accepted before there were loops. */
  readonly owner?: string;
  readonly expiresAt?: string;
  /** Bound to the batch. */
  readonly sealedCredential?: string;
  readonly over?: BatchEnd;
  /** A copy: the loop knows better. */
  readonly paused?: true;
  /** Where the counts of the whole batch go when it is over. */
  readonly callbackUrl?: string;
}

export interface Batches {
  /** What was written first stands. */
  add(batch: BatchRecord): Promise<void>;
  /** What a batch from before there were loops is missing. */
  adopt(id: string, missing: Required<Pick<BatchRecord, "owner" | "expiresAt" | "sealedCredential">>): Promise<void>;
  find(id: string): Promise<BatchRecord | undefined>;
  /** Says once why the batch is over: the first reason stands, and is what this answers. */
  end(id: string, reason: BatchEnd): Promise<BatchEnd>;
  pause(id: string, isPaused: boolean): Promise<void>;
}

/** How the completed calls of a batch have ended. */
export interface Finished {
  readonly completed: number;
  readonly statuses: Readonly<Record<string, number>>;
  readonly reasons: Readonly<Record<string, number>>;
  /** When the last of them was completed, ISO 8601. */
  readonly lastAt?: string;
}

/** Lists of what is on record; each may be a moment behind. */
export interface Lists {
  finishedOf(batchId: string): Promise<Finished>;
}

export interface CallbackRecord {
  readonly attempts: readonly CallbackAttempt[];
  readonly state: "pending" | "delivered" | "parked";
}

export interface CallbackStore {
  read(tid: string): Promise<CallbackRecord>;
  /** Those of the calls whose result somebody has tried to deliver; may be a moment behind. */
  heardOf(tids: readonly string[]): Promise<ReadonlySet<string>>;
  /** The record with the attempt on it. One that was delivered stays so, whatever state is given. */
  add(tid: string, attempt: CallbackAttempt, state: CallbackRecord["state"]): Promise<CallbackRecord>;
}

export interface Queue<Message> {
  /** Hands the message over no sooner than `notBefore`, in as many hops as that takes. */
  send(message: Message, options?: { readonly delaySeconds?: number }): Promise<void>;
  /** Several at once, none of which names a time. */
  sendAll(messages: readonly Message[]): Promise<void>;
}

/** Remembers how far a message that has to wait was sent on, so that copies of it do not multiply on the way. */
export interface Hops {
  /** How many hops the message with this key is known to have made; 0 for one never heard of. */
  made(key: string): Promise<number>;
  /** Never goes back. */
  make(key: string, hops: number): Promise<void>;
}

/** The dial loops, by owner. Reads are of what was written last. */
export interface Loops {
  read(owner: string): Promise<Loop>;
  /**
   * Writes all of `next` but its arrivals over the version that was seen, with `arrives` for one arrival more, and with
   * `overArrivals` only if none has come since; false when somebody else was quicker.
   */
  write(
    owner: string,
    change: {
      readonly seen: Loop;
      readonly next: Loop;
      readonly arrives?: boolean;
      readonly overArrivals?: boolean;
    },
  ): Promise<boolean>;
  /** Counts one more arrival, if the next step comes no later than that; false when it does not. */
  arrive(owner: string, dueByMs: number): Promise<boolean>;
}

/** Whose loop an application's calls are in. */
export interface Owners {
  ownerOf(applicationId: string): Promise<string>;
  setAccount(given: { readonly applicationId: string; readonly account: string }): Promise<void>;
}

/** A single call that waits to be dialed. */
export interface WaitingItem {
  readonly tid: string;
  readonly notBeforeMs: number;
  /** Bound to the call. */
  readonly sealedCredential: string;
}

/** Single calls that wait, by owner. */
export interface Waiting {
  add(owner: string, item: WaitingItem): Promise<void>;
  /** The first ones by their times, so many of them. */
  list(owner: string, limit: number): Promise<readonly WaitingItem[]>;
  remove(owner: string, item: Pick<WaitingItem, "tid" | "notBeforeMs">): Promise<void>;
}

/** How far a request has come, and how often that was written. */
export interface AttemptVersion {
  readonly attempt: Attempt;
  readonly revision: number;
}

/** Requests with an idempotency key, by application and key. */
export interface Attempts {
  read(name: { readonly applicationId: string; readonly key: string }): Promise<AttemptVersion | undefined>;
  /** Writes over the revision that was read, 0 for none; false when somebody else was quicker. */
  write(name: { readonly applicationId: string; readonly key: string }, version: AttemptVersion): Promise<boolean>;
}

/** A message that nobody takes from its queue by itself. */
export interface DeadLetter {
  readonly id: string;
  readonly receipt: string;
  readonly body: string;
}

export interface DeadLetters {
  /** Some that are not held by anybody, and are held from now on; none when there are no more. */
  receive(): Promise<readonly DeadLetter[]>;
  remove(letter: DeadLetter): Promise<void>;
  release(letters: readonly DeadLetter[]): Promise<void>;
}

export interface Bus {
  /** Resolves when every event is on the bus; rejects when one is not. */
  publish(events: readonly Published[]): Promise<void>;
}

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

export interface Seal {
  seal(credential: string, tid: string): Promise<string>;
  /** @throws {SealError} */
  open(sealed: string, tid: string): Promise<string>;
}

export type CallbackAnswer = (
  | { readonly httpStatus: number; readonly retryAfterSeconds?: number }
  | { readonly failure: string }
) & {
  readonly durationMs: number;
  /** When this try began, counted from the first one. */
  readonly afterMs?: number;
};

export interface SendOptions {
  readonly burst: boolean;
  /** Asked once, when the answer is slow to come: whether to wait on. What cannot be told is a no. */
  readonly whenSlow?: (() => Promise<boolean>) | undefined;
}

export interface CallbackSender {
  /**
   * Never throws; does not follow redirects. With `burst`, a failure that may be over in a moment is tried again within
   * a second: the answer is the last one, and `earlier` those before it. What is given up may have been received.
   */
  send(
    request: CallbackRequest,
    options: SendOptions,
  ): Promise<(CallbackAnswer & { readonly earlier?: readonly CallbackAnswer[] }) | "given_up">;
}

/** Somebody who waits for a receiver: for a moment as they are, for longer in one of its places. */
export interface Visit {
  /** Takes a place, unless it has one already. False where there is none. */
  stay(): Promise<boolean>;
  /** Gives back the place, if one was taken. */
  leave(): Promise<void>;
}

/** Keeps those that wait for one receiver from taking every place there is to wait in. */
export interface Receivers {
  /** Lets one more begin to wait; or tells that all places are taken, for the moment or for long. */
  enter(receiver: string): Promise<Visit | "busy" | "slow">;
}

export interface Clock {
  now(): Date;
}

/** A clock that can be waited for. Queues wait whole seconds; this is for what is left of one. */
export interface Alarm extends Clock {
  /** Resolves at that time, or at once when it is over; epoch ms. */
  reaches(timeMs: number): Promise<void>;
}

/** Sources of chance, apart so that a run can be repeated. */
export interface Chance {
  id(): string;
  /** In [0, 1). */
  random(): number;
}

/** Everything that can be told of a unit of work, in one word. */
type WorkEvent =
  | `call.${"accepted" | "rejected" | "cancelled"}`
  | "batch.accepted"
  | `dial.${DialOutcome["kind"] | "skipped" | "late" | "waits"}`
  | `loop.${"step" | "stale" | "early" | "handed_on"}`
  | `batch.${"counted" | "completed" | "over" | "swept" | "paused" | "resumed"}`
  | `webhook.${"status" | "digits" | "ignored" | "forged"}`
  | `event.${"reduced" | "ignored"}`
  | `timer.${"settle" | "deadline" | "cancel"}`
  | `dead_letter.${"buried" | "ignored"}`
  | `callback.${NextStep["kind"] | "repeated" | "unwanted" | "receiver_busy" | "receiver_slow"}`
  | "message.early";

/**
 * One line of the log, and the end of a unit of work; its metrics and its span are made from it too. Holds ids and
 * outcomes only: no number, text, digit or key.
 */
export interface Told extends Readonly<Record<string, string | number | boolean | undefined>> {
  readonly event: WorkEvent;
  /** The result, where it was this that completed the call. */
  readonly result?: Outcome["status"] | undefined;
  /** Calls that were accepted together. */
  readonly accepted?: number | undefined;
  /** Saves that were lost to another writer. */
  readonly conflicts?: number | undefined;
  /** Whether the carrier had no room. */
  readonly throttled?: boolean | undefined;
  /** Whether a loop that was lost has been taken up again. */
  readonly revived?: boolean | undefined;
  /** How long after its time the message was handled. */
  readonly late_ms?: number | undefined;
  /** From the completion of the call until now. */
  readonly age_seconds?: number | undefined;
}

export type Measures = Readonly<Partial<Record<MetricName, number>>>;

export interface Metrics {
  add(measures: Measures): void;
  /** Lets go of all that was added since the last time, as one. */
  flush(): void;
}
