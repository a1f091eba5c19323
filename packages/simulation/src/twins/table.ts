import type { Call } from "@promptcall/core/call";
import { isDelivery } from "@promptcall/core/callback";
import { accept } from "@promptcall/core/evolve";
import type { CallSpec } from "@promptcall/core/spec";
import { ConflictError } from "@promptcall/functions/errors";
import type {
  Batches,
  BatchRecord,
  CallbackRecord,
  CallbackStore,
  CallStore,
  Hops,
  Stored,
} from "@promptcall/functions/ports";
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
  readonly #batches = new Map<string, string>();
  readonly #hops = new Map<string, number>();
  readonly #onSave: (before: Stored | undefined, after: Stored) => void;

  constructor({ onSave = () => {} }: { onSave?: (before: Stored | undefined, after: Stored) => void } = {}) {
    this.#onSave = onSave;
  }

  calls(io: Io = atOnce): CallStoreTwin {
    return {
      add: (specs) =>
        io(() => {
          for (const spec of specs) this.#specs.set(spec.tid, JSON.stringify(spec));
        }),
      spec: (tid) => io(() => read<CallSpec>(this.#specs, tid)),
      find: (tids) =>
        io(() => {
          const found = new Map<string, { spec: CallSpec; stored: Stored }>();
          for (const tid of tids) {
            const [spec, stored] = [read<CallSpec>(this.#specs, tid), this.#stored(tid)];
            if (spec && stored) found.set(tid, { spec, stored });
          }
          return found;
        }),
      state: (tid) => io(() => this.#stored(tid)),
      save: ({ call, version }) =>
        io(() => {
          if ((read<Stored>(this.#states, call.tid)?.version ?? 1) !== version) throw new ConflictError(call.tid);
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
      heardOf: (tids) => io(() => new Set(tids.filter((tid) => this.#callbacks.has(tid)))),
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

  batches(io: Io = atOnce): Batches {
    return {
      add: (batch) =>
        io(() => {
          this.#batches.set(batch.id, JSON.stringify(batch));
        }),
      find: (id) => io(() => read<BatchRecord>(this.#batches, id)),
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

  /** Puts a call on record as it stands, at version 1. */
  hold({ spec, call }: { spec: CallSpec; call: Call }): void {
    this.#specs.set(spec.tid, JSON.stringify(spec));
    this.#put({ call, version: 1 });
  }

  states(): readonly Stored[] {
    return [...this.#specs.keys()].flatMap((tid) => this.#stored(tid) ?? []);
  }

  callbackRecord(tid: string): CallbackRecord | undefined {
    return read<CallbackRecord>(this.#callbacks, tid);
  }

  /** Everything on record, as text, to look through. */
  *written(): Iterable<string> {
    yield* this.#specs.values();
    yield* this.#states.values();
    yield* this.#callbacks.values();
    yield* this.#batches.values();
  }

  #stored(tid: string): Stored | undefined {
    const spec = read<CallSpec>(this.#specs, tid);
    return read<Stored>(this.#states, tid) ?? (spec && { call: accept(spec), version: 1 });
  }

  #put(stored: Stored): void {
    this.#onSave(this.#stored(stored.call.tid), stored);
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
