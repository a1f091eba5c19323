import { listedBatch, listedCall, listOfApplication } from "@promptcall/core/call/application-list";
import type { Call } from "@promptcall/core/call/call";
import { isUnconfirmed } from "@promptcall/core/call/call";
import { ERASED, forgottenAtMs, sealedDigitsOf, withoutDigits, withoutWords } from "@promptcall/core/call/erasure";
import { accept } from "@promptcall/core/call/evolve";
import { listedAt, listingOf, listOfBatch } from "@promptcall/core/call/listing";
import { isDelivery } from "@promptcall/core/callbacks/callback";
import { LONGEST_IN_QUEUE_SECONDS } from "@promptcall/core/contracts/hop";
import type { CallSpec } from "@promptcall/core/contracts/records/spec";
import { ConflictError, MalformedRecordError, PartialFailureError, UnknownBatchError } from "../src/errors.ts";
import type { ApplicationLists } from "../src/ports/application-lists.ts";
import type { Batches, BatchRecord, Lists } from "../src/ports/batches.ts";
import type { CallStore, FoundCall, Stored } from "../src/ports/call-store.ts";
import type { CallbackRecord, CallbackStore } from "../src/ports/callback-store.ts";
import type { Checkpoints } from "../src/ports/checkpoints.ts";
import type { Clock } from "../src/ports/clock.ts";
import type { ParkedDigits } from "../src/ports/parked-digits.ts";
import { tally } from "../src/ports/tally.ts";
import { type Io, immediately } from "./io.ts";
import { Items, type Lag, NO_LAG } from "./items.ts";

export interface FakeCallStore extends CallStore {
  /** All records by kind. */
  records(): { readonly specs: readonly CallSpec[]; readonly states: readonly Stored[] };
}

export interface FakeParkedDigits extends ParkedDigits {
  records(): readonly string[];
}

export interface FakeCallbackStore extends CallbackStore {
  records(): readonly CallbackRecord[];
}

/** The most items that one BatchWriteItem takes. */
const ITEMS_PER_REQUEST = 25;

/** How often unprocessed items are retried. */
const WRITE_TRIES = 5;

interface FakeTableOptions {
  readonly onSave?: (before: Stored | undefined, after: Stored) => void;
  /** A batch is over. */
  readonly onBatchOver?: (id: string) => void;
  readonly lag?: Lag;
  /** How many of the items one request writes. */
  readonly takes?: (items: number) => number;
  /** Whether the record of a call is unreadable now. */
  readonly isUnreadable?: (tid: string) => boolean;
}

/** Until it is over by itself; epoch ms. */
const FOR_LONG = { untilMs: Number.POSITIVE_INFINITY };

function whileUnfinished({ acceptedAt, expiresAt = acceptedAt }: { acceptedAt: string; expiresAt?: string }) {
  return { untilMs: forgottenAtMs({ lastDialMs: Date.parse(expiresAt) }) };
}

const NO_ATTEMPT: CallbackRecord = { attempts: [], state: "pending" };

/** The table, in memory. */
export class FakeTable {
  readonly #specs: Items<CallSpec>;
  readonly #states: Items<Stored>;
  readonly #callbacks: Items<CallbackRecord>;
  readonly #batchCallbacks: Items<CallbackRecord>;
  readonly #batches: Items<BatchRecord>;
  /** The index: by list, the calls that are on it. */
  readonly #lists = new Map<string, Set<string>>();
  readonly #parkedDigits: Items<string>;
  readonly #checkpoints = new Map<string, number>();
  readonly #onSave: (before: Stored | undefined, after: Stored) => void;
  readonly #onBatchOver: (id: string) => void;
  readonly #takes: (items: number) => number;
  readonly #isUnreadable: (tid: string) => boolean;

  constructor({
    onSave = () => {},
    onBatchOver = () => {},
    lag = NO_LAG,
    takes = (items) => items,
    isUnreadable = () => false,
  }: FakeTableOptions = {}) {
    this.#specs = new Items(lag);
    this.#states = new Items(lag);
    this.#parkedDigits = new Items(lag);
    this.#callbacks = new Items(lag);
    this.#batchCallbacks = new Items(lag);
    this.#batches = new Items(lag);
    this.#onSave = onSave;
    this.#onBatchOver = onBatchOver;
    this.#takes = takes;
    this.#isUnreadable = isUnreadable;
  }

  calls(io: Io = immediately): FakeCallStore {
    const spec = async (tid: string) =>
      (await io(() => this.#specs.readStale(tid))) ?? (await io(() => this.#specs.get(tid)));
    return {
      // Several requests at once; some may fail.
      add: async (specs) => {
        const starts = Array.from({ length: Math.ceil(specs.length / ITEMS_PER_REQUEST) }, (_, index) => index);
        await Promise.all(
          starts.map((index) => {
            const start = index * ITEMS_PER_REQUEST;
            return this.#writeSpecs(specs.slice(start, start + ITEMS_PER_REQUEST), io);
          }),
        );
      },
      spec,
      find: (tids, { mayBeBehind = false } = {}) =>
        io(() => {
          const found = new Map<string, FoundCall>();
          for (const tid of tids) {
            // One that cannot be read does not keep the others from whoever asks for many.
            if (tids.length > 1 && this.#isUnreadable(tid)) continue;
            const [asked, stored] = [
              this.#specs.get(tid),
              (mayBeBehind ? this.#glance(tid) : this.#read(tid, false)) ?? this.#accepted(tid),
            ];
            if (asked && stored) found.set(tid, { spec: asked, stored });
          }
          return found;
        }),
      findQueued: (tids) =>
        io(() => {
          const found = new Map<string, FoundCall | "not_queued">();
          for (const tid of tids) {
            if (this.#isUnreadable(tid)) continue;
            const [asked, stored] = [this.#specs.get(tid), this.#glance(tid) ?? this.#accepted(tid)];
            if (asked && stored)
              found.set(tid, stored.call.phase === "queued" ? { spec: asked, stored } : "not_queued");
          }
          return found;
        }),
      state: async (tid, { mayBeBehind = false } = {}) => {
        const stored = await io(() => this.#read(tid, mayBeBehind));
        if (stored !== undefined) return stored;
        const asked = await spec(tid);
        return asked && { call: accept(asked), version: 1 };
      },
      eraseWords: (tid) =>
        io(() => {
          const asked = this.#specs.get(tid);
          if (asked !== undefined) this.#specs.set(tid, withoutWords(asked), FOR_LONG);
        }),
      eraseDigits: (tid) =>
        io(() => {
          const stored = this.#states.get(tid);
          if (stored?.call.phase !== "completed" || sealedDigitsOf(stored.call) === undefined) return;
          this.#put({ call: withoutDigits(stored.call), version: stored.version + 1 });
        }),
      rewrite: (asked) =>
        io(() => {
          if (this.#specs.get(asked.tid) !== undefined) this.#specs.set(asked.tid, asked);
        }),
      save: ({ call, version }) =>
        io(() => {
          if ((this.#states.get(call.tid)?.version ?? 1) !== version) throw new ConflictError(call.tid);
          this.#put({ call, version: version + 1 });
        }),
      records: () => ({ specs: this.#specs.all(), states: this.states() }),
    };
  }

  callbacks(io: Io = immediately): FakeCallbackStore {
    return this.#recordsOf(this.#callbacks, io);
  }

  batchCallbacks(io: Io = immediately): FakeCallbackStore {
    return this.#recordsOf(this.#batchCallbacks, io);
  }

  #recordsOf(records: Items<CallbackRecord>, io: Io): FakeCallbackStore {
    const recordOf = (tid: string) => records.get(tid) ?? NO_ATTEMPT;
    return {
      read: (tid, { mayBeBehind = false } = {}) =>
        io(() => (mayBeBehind ? (records.readStale(tid) ?? NO_ATTEMPT) : recordOf(tid))),
      find: (tids) =>
        io(() => new Map(tids.flatMap((tid) => (records.readStale(tid) === undefined ? [] : [[tid, recordOf(tid)]])))),
      deliveryAttempted: (tids) => io(() => new Set(tids.filter((tid) => records.readStale(tid) !== undefined))),
      add: (tid, attempt, state) =>
        io(() => {
          const attempts = [...recordOf(tid).attempts, attempt];
          const isDelivered = attempts.some(isDelivery);
          records.set(tid, { attempts, state: isDelivered ? "delivered" : state });
          return recordOf(tid);
        }),
      records: () => records.all(),
    };
  }

  batches(io: Io = immediately): Batches {
    const change = (id: string, changeIt: (batch: BatchRecord) => BatchRecord) => {
      const batch = this.#batches.get(id);
      if (batch === undefined) throw new UnknownBatchError(id);
      const changed = changeIt(batch);
      this.#batches.set(id, changed);
      if (batch.over === undefined && changed.over !== undefined) this.#onBatchOver(id);
      return changed;
    };
    return {
      add: (batch) =>
        io(() => {
          const { owner, expiresAt, sealedCredential } = batch;
          const known = this.#batches.get(batch.id);
          const missing = owner && expiresAt && sealedCredential ? { owner, expiresAt, sealedCredential } : {};
          if (known === undefined) this.#batches.set(batch.id, batch, whileUnfinished(batch));
          else this.#batches.set(batch.id, { ...missing, ...known });
        }),
      adopt: (id, missing) =>
        io(() => {
          change(id, (batch) => ({ ...missing, ...batch }));
        }),
      find: (id) => io(() => this.#batches.get(id)),
      end: (id, reason) => io(() => change(id, (batch) => ({ over: reason, ...batch })).over ?? reason),
      eraseCredential: (id) =>
        io(() => {
          this.#batches.set(id, { ...change(id, (batch) => batch), sealedCredential: ERASED }, FOR_LONG);
        }),
      pause: (id, isPaused) =>
        io(() => {
          change(id, ({ paused: _paused, ...batch }) => ({ ...batch, ...(isPaused && { paused: true }) }));
        }),
    };
  }

  lists(io: Io = immediately): Lists {
    return {
      finishedOf: (batchId) =>
        io(() => {
          const tids = this.#lists.get(listOfBatch(batchId)) ?? [];
          const listed = [...tids].flatMap((tid) => {
            const { call } = this.#states.readStale(tid) ?? {};
            const listing = call?.phase === "completed" ? listingOf(call) : undefined;
            return listing === undefined ? [] : [listedAt(listing.at)];
          });
          return tally(listed);
        }),
    };
  }

  applicationLists(io: Io = immediately): ApplicationLists {
    return {
      newest: ({ applicationId, of, before, most }) =>
        io(() => {
          const wanted = listOfApplication({ applicationId, of });
          const calls = [...this.#specs.keys()].map((tid) => this.#specs.readStale(tid));
          const batches = [...this.#batches.keys()].map((id) => this.#batches.readStale(id));
          return [...calls.map((spec) => spec && listedCall(spec)), ...batches.map((one) => one && listedBatch(one))]
            .flatMap((listing) => (listing?.list === wanted && listing.at < before ? [listing.at] : []))
            .sort()
            .reverse()
            .slice(0, most);
        }),
    };
  }

  parkedDigits(clock: Pick<Clock, "now">, io: Io = immediately): FakeParkedDigits {
    const nowMs = () => clock.now().getTime();
    return {
      keep: (tid, sealed) =>
        io(() => this.#parkedDigits.set(tid, sealed, { untilMs: nowMs() + LONGEST_IN_QUEUE_SECONDS * 1_000 })),
      find: (tid) => io(() => this.#parkedDigits.get(tid, { atMs: nowMs() })),
      erase: (tid) => io(() => this.#parkedDigits.delete(tid)),
      records: () => this.#parkedDigits.all(),
    };
  }

  checkpoints(io: Io = immediately): Checkpoints {
    const made = (key: string) => this.#checkpoints.get(key) ?? 0;
    return {
      get: (key) => io(() => made(key)),
      advance: (key, hops) =>
        io(() => {
          const isAhead = hops > made(key) || !this.#checkpoints.has(key);
          if (isAhead) this.#checkpoints.set(key, hops);
          return isAhead;
        }),
    };
  }

  /** Stores a call in this state, at version 1. */
  hold({ spec, call }: { spec: CallSpec; call: Call }): void {
    this.#specs.set(spec.tid, spec);
    this.#put({ call, version: 1 });
  }

  states(): readonly Stored[] {
    return [...this.#specs.keys()].flatMap((tid) => this.#stored(tid) ?? []);
  }

  digitsParked(tid: string): string | undefined {
    return this.#parkedDigits.get(tid);
  }

  callbackRecord(tid: string): CallbackRecord | undefined {
    return this.#callbacks.get(tid);
  }

  /** All records as text that are still there at that time; epoch ms. */
  *written({ atMs }: { atMs: number }): Iterable<string> {
    for (const items of [this.#specs, this.#states, this.#parkedDigits, this.#callbacks, this.#batches])
      yield* items.texts({ atMs });
  }

  /** Retries items that were not processed. */
  async #writeSpecs(specs: readonly CallSpec[], io: Io): Promise<void> {
    let pending = specs;
    let failure: unknown;
    for (let tries = 0; tries < WRITE_TRIES && pending.length > 0; tries += 1) {
      const taken = pending.slice(0, this.#takes(pending.length));
      await io(() => {
        for (const spec of taken) this.#specs.set(spec.tid, spec, whileUnfinished(spec));
      }).then(
        () => {
          pending = pending.slice(taken.length);
        },
        (error: unknown) => {
          failure = error;
        },
      );
    }
    if (pending.length > 0) throw failure ?? new PartialFailureError("the table did not take every item");
  }

  #read(tid: string, mayBeBehind: boolean): Stored | undefined {
    if (this.#isUnreadable(tid)) throw new MalformedRecordError(`call#${tid} state has another form than expected`);
    return mayBeBehind ? this.#states.readStale(tid) : this.#states.get(tid);
  }

  /** A look that may be behind, and another at a call that may have been given back since. */
  #glance(tid: string): Stored | undefined {
    const glanced = this.#read(tid, true);
    return glanced !== undefined && isUnconfirmed(glanced.call) ? this.#read(tid, false) : glanced;
  }

  #stored(tid: string): Stored | undefined {
    return this.#states.get(tid) ?? this.#accepted(tid);
  }

  #accepted(tid: string): Stored | undefined {
    const spec = this.#specs.get(tid);
    return spec && { call: accept(spec), version: 1 };
  }

  #put(stored: Stored): void {
    this.#onSave(this.#stored(stored.call.tid), stored);
    this.#states.set(stored.call.tid, stored);
    const listing = stored.call.phase === "completed" ? listingOf(stored.call) : undefined;
    if (listing === undefined) return;
    const listed = this.#lists.get(listing.list) ?? new Set();
    this.#lists.set(listing.list, listed.add(stored.call.tid));
  }
}
