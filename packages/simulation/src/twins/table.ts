import { isDelivery } from "@promptcall/core/callback";
import type { CallSpec } from "@promptcall/core/spec";
import { ConflictError } from "@promptcall/functions/errors";
import type { CallbackRecord, CallbackStore, CallStore, Hops, Stored } from "@promptcall/functions/ports";
import { atOnce, type Io } from "./io.ts";

export interface CallStoreTwin extends CallStore {
  /** All that is on record, by what it is. */
  records(): { readonly specs: readonly CallSpec[]; readonly states: readonly Stored[] };
}

export interface CallbackStoreTwin extends CallbackStore {
  records(): readonly CallbackRecord[];
}

/** The table, in memory. What goes in and comes out is a copy, as it is with the real one. */
export class Table {
  readonly #specs = new Map<string, string>();
  readonly #states = new Map<string, string>();
  readonly #callbacks = new Map<string, string>();
  readonly #hops = new Map<string, number>();
  readonly #onSave: (before: Stored | undefined, after: Stored) => void;

  constructor({ onSave = () => {} }: { onSave?: (before: Stored | undefined, after: Stored) => void } = {}) {
    this.#onSave = onSave;
  }

  calls(io: Io = atOnce): CallStoreTwin {
    return {
      create: ({ spec, call }) =>
        io(() => {
          this.#specs.set(spec.tid, JSON.stringify(spec));
          this.#put({ call, version: 1 });
        }),
      spec: (tid) => io(() => read<CallSpec>(this.#specs, tid)),
      state: (tid) => io(() => read<Stored>(this.#states, tid)),
      save: ({ call, version }) =>
        io(() => {
          if (read<Stored>(this.#states, call.tid)?.version !== version) throw new ConflictError(call.tid);
          this.#put({ call, version: version + 1 });
        }),
      records: () => ({ specs: all<CallSpec>(this.#specs), states: this.states() }),
    };
  }

  callbacks(io: Io = atOnce): CallbackStoreTwin {
    const recordOf = (tid: string) =>
      read<CallbackRecord>(this.#callbacks, tid) ?? { attempts: [], state: "pending" as const };
    return {
      read: (tid) => io(() => recordOf(tid)),
      add: (tid, attempt, state) =>
        io(() => {
          const attempts = [...recordOf(tid).attempts, attempt];
          const isDelivered = attempts.some(isDelivery);
          const record: CallbackRecord = { attempts, state: isDelivered ? "delivered" : state };
          this.#callbacks.set(tid, JSON.stringify(record));
          return recordOf(tid);
        }),
      records: () => all<CallbackRecord>(this.#callbacks),
    };
  }

  hops(io: Io = atOnce): Hops {
    const made = (key: string) => this.#hops.get(key) ?? 0;
    return {
      made: (key) => io(() => made(key)),
      make: (key, hops) =>
        io(() => {
          this.#hops.set(key, Math.max(hops, made(key)));
        }),
    };
  }

  states(): readonly Stored[] {
    return all<Stored>(this.#states);
  }

  callbackRecord(tid: string): CallbackRecord | undefined {
    return read<CallbackRecord>(this.#callbacks, tid);
  }

  /** Everything on record, as text, to look through. */
  *written(): Iterable<string> {
    yield* this.#specs.values();
    yield* this.#states.values();
    yield* this.#callbacks.values();
  }

  #put(stored: Stored): void {
    this.#onSave(read<Stored>(this.#states, stored.call.tid), stored);
    this.#states.set(stored.call.tid, JSON.stringify(stored));
  }
}

function read<Item>(items: ReadonlyMap<string, string>, key: string): Item | undefined {
  const written = items.get(key);
  return written === undefined ? undefined : (JSON.parse(written) as Item);
}

function all<Item>(items: ReadonlyMap<string, string>): readonly Item[] {
  return [...items.values()].map((written) => JSON.parse(written));
}
