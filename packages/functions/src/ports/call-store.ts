import type { RecordOf } from "@promptcall/core/records/fields";
import type { CallSpec } from "@promptcall/core/records/spec";
import type { StateRecordSchema } from "@promptcall/core/records/state";

/** A call as it stands, with the version a save has to name. */
export type Stored = RecordOf<typeof StateRecordSchema>;

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
