import { setTimeout } from "node:timers/promises";
import { maskedCall } from "@promptcall/console/data/masked";
import type { Call } from "@promptcall/console/data/types";
import { EVENTS, type Event } from "@promptcall/core/contracts/events";
import type { Local } from "@promptcall/local/local";
import { type SubscriberOptions, subscribe } from "../demo/subscriber.ts";
import type { Journal } from "./journal.ts";

import type { Records } from "./records.ts";
import { Tally } from "./tally.ts";

/** So many calls are read at once; several events of one call within this time are one row. */
const READ_AT_ONCE = 100;
const GATHER_MS = 150;
/** A delivery attempt that is repeated is on record, and no event: such calls are looked at again. */
const LOOK_AGAIN_MS = 1_000;

type Hearing = Pick<Required<SubscriberOptions>, "onEvent" | "onReceiver">;

/** Hears every event about a call, and those about receivers. */
export const subscribedTo =
  (local: Local) =>
  (hearing: Hearing): Promise<() => Promise<void>> =>
    subscribe({
      local,
      name: "console",
      detailTypes: EVENTS.flatMap(({ shape }) => shape.type.def.values),
      ...hearing,
    });

export interface FeedParts {
  /** What it gives back ends it. */
  readonly subscribe: (hearing: Hearing) => Promise<() => Promise<void>>;
  readonly journal: Journal;
  readonly records: Records;
  /** Told of each call with the id that it has at the carrier. */
  readonly onDialed: (call: { readonly tid: string; readonly uuid: string }) => void;
}

/** Another subscriber of the bus: it reads each call that something happened to, and tells the journal of it. */
export class Feed {
  readonly #parts: FeedParts;
  readonly #changed = new Set<string>();
  readonly #pending = new Set<string>();
  readonly #told = new Map<string, string>();
  readonly #tally: Tally;
  readonly #stopping = new AbortController();
  #stopListening: (() => Promise<void>) | undefined;
  #work: Promise<unknown> = Promise.resolve();
  #wake = Promise.withResolvers<void>();

  constructor(parts: FeedParts) {
    this.#parts = parts;
    this.#tally = new Tally(parts);
  }

  async start(): Promise<void> {
    this.#stopListening = await this.#parts.subscribe({
      onEvent: (event) => this.#hear(event),
      onReceiver: ({ type, data: { receiver, since } }) =>
        this.#parts.journal.publish({
          event: "receiver",
          data: { receiver, ...(type === "receiver.failing" && { failing_since: since }) },
        }),
    });
    this.#work = Promise.all([this.#read(), this.#lookAgain(), this.#count()]);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wake.resolve();
    await this.#stopListening?.();
    await this.#work;
  }

  #hear({ metadata }: Event): void {
    if (metadata.batch_id !== undefined) this.#tally.knowBatch(metadata.batch_id);
    this.#change(metadata.tid);
  }

  #change(tid: string): void {
    this.#changed.add(tid);
    this.#wake.resolve();
  }

  async #read(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      // Made before anything is looked at: what comes meanwhile, and the end, are heard.
      this.#wake = Promise.withResolvers();
      const tids = [...this.#changed].slice(0, READ_AT_ONCE);
      for (const tid of tids) this.#changed.delete(tid);
      if (tids.length > 0) await this.#tellOf(tids);
      if (this.#changed.size === 0 && !this.#stopping.signal.aborted) await this.#wake.promise;
      await this.#pause(GATHER_MS);
    }
  }

  /** Where the table does not answer, they are read again. */
  async #tellOf(tids: readonly string[]): Promise<void> {
    try {
      for (const call of await this.#parts.records.calls(tids)) this.#tell(call);
    } catch {
      for (const tid of tids) this.#changed.add(tid);
    }
  }

  #tell(call: Call): void {
    const { tid, uuid, state, callback } = call;
    if (uuid !== undefined) this.#parts.onDialed({ tid, uuid });
    if (state === "completed" && callback.state === "pending") this.#pending.add(tid);
    else this.#pending.delete(tid);
    const row = maskedCall(call);
    const written = JSON.stringify(row);
    if (this.#told.get(tid) === written) return;
    this.#told.set(tid, written);
    this.#tally.put(row);
    this.#parts.journal.publish({ event: "call", data: row });
  }

  async #lookAgain(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      for (const tid of this.#pending) this.#change(tid);
      await this.#pause(LOOK_AGAIN_MS);
    }
  }

  async #count(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      // Told half a second later where the table does not answer.
      await this.#tally.tell().catch(() => undefined);
      await this.#pause(500);
    }
  }

  async #pause(ms: number): Promise<void> {
    await setTimeout(ms, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
  }
}
