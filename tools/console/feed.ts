import { setTimeout } from "node:timers/promises";
import { EVENTS, type Event } from "@promptcall/core/contracts/events";
import type { Local } from "@promptcall/local/local";
import { subscribe } from "../demo/subscriber.ts";
import type { Journal } from "./journal.ts";
import { type ListedCall, shown } from "./masked.ts";
import type { Records } from "./records.ts";
import { Tally } from "./tally.ts";

/** So many calls are read at once; several events of one call within this time are one row. */
const READ_AT_ONCE = 100;
const GATHER_MS = 150;
/** A delivery attempt that is repeated is on record, and no event: such calls are looked at again. */
const LOOK_AGAIN_MS = 1_000;

export interface FeedParts {
  readonly local: Local;
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
    const onEvent = (event: Event) => this.#hear(event);
    const detailTypes = EVENTS.flatMap(({ shape }) => shape.type.def.values);
    this.#stopListening = await subscribe({
      local: this.#parts.local,
      name: "console",
      detailTypes,
      onEvent,
      onReceiver: ({ type, data: { receiver, since } }) =>
        this.#parts.journal.publish("receiver", {
          receiver,
          ...(type === "receiver.failing" && { failing_since: since }),
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
      const tids = [...this.#changed].slice(0, READ_AT_ONCE);
      for (const tid of tids) this.#changed.delete(tid);
      if (tids.length > 0) for (const call of await this.#parts.records.calls(tids)) this.#tell(call);
      if (this.#changed.size === 0) {
        this.#wake = Promise.withResolvers();
        await this.#wake.promise;
      }
      await this.#pause(GATHER_MS);
    }
  }

  #tell(call: ListedCall): void {
    const { tid, uuid, state, callback } = call;
    if (uuid !== undefined) this.#parts.onDialed({ tid, uuid });
    if (state === "completed" && callback.state === "pending") this.#pending.add(tid);
    else this.#pending.delete(tid);
    const row = shown(call);
    const written = JSON.stringify(row);
    if (this.#told.get(tid) === written) return;
    this.#told.set(tid, written);
    this.#tally.put(row);
    this.#parts.journal.publish("call", row);
  }

  async #lookAgain(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      for (const tid of this.#pending) this.#change(tid);
      await this.#pause(LOOK_AGAIN_MS);
    }
  }

  async #count(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      await this.#tally.tell();
      await this.#pause(500);
    }
  }

  async #pause(ms: number): Promise<void> {
    await setTimeout(ms, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
  }
}
