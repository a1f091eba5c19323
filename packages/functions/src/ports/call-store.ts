import type { RecordOf } from "@promptcall/core/contracts/records/fields";
import type { CallSpec } from "@promptcall/core/contracts/records/spec";
import type { StateRecordSchema } from "@promptcall/core/contracts/records/state";

/** The state of a call, and the version that a save must name. */
export type Stored = RecordOf<typeof StateRecordSchema>;

/** A reader who may miss the last write pays half. What it then writes is refused, for it names a version. */
export interface Glance {
  readonly mayBeBehind?: boolean;
}

export interface FoundCall {
  readonly spec: CallSpec;
  readonly stored: Stored;
}

export interface CallStore {
  /** Writes the specs of new calls, which are kept for days only until `eraseWords`. Safe to repeat. */
  add(specs: readonly CallSpec[]): Promise<void>;
  spec(tid: string): Promise<CallSpec | undefined>;
  /** Spec and state of the calls that exist and can be read; of one that is behind, the state. */
  find(tids: readonly string[], glance?: Glance): Promise<ReadonlyMap<string, FoundCall>>;
  /** The same for who dials, and may be behind: of those that are not queued any more, only that. */
  findQueued(tids: readonly string[]): Promise<ReadonlyMap<string, FoundCall | "not_queued">>;
  /** A call to which nothing happened yet is queued, at version 1. */
  state(tid: string, glance?: Glance): Promise<Stored | undefined>;
  /** Erases from the spec of a call that is over what was to be said, and the hash of the PIN; nothing where there is none. */
  eraseWords(tid: string): Promise<void>;
  /** Erases the digits from the outcome of a call; nothing where there are none. Whoever saves what it read before conflicts. */
  eraseDigits(tid: string): Promise<void>;
  /** Writes the spec of a call anew; nothing where there is no such call. */
  rewrite(spec: CallSpec): Promise<void>;
  /** @throws {ConflictError} when the call is no longer at that version */
  save(stored: Stored): Promise<void>;
}
