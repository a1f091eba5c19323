import { AsyncLocalStorage } from "node:async_hooks";

/** The ids of the current work, which every log record names. */
export interface Ids {
  /** The request id of the caller or of Lambda. */
  readonly request_id?: string | undefined;
  readonly message_id?: string | undefined;
  readonly tid?: string | undefined;
  readonly batch_id?: string | undefined;
}

const storage = new AsyncLocalStorage<Ids>();

/** The ids of the current work; empty outside of any. */
export const currentIds = (): Ids => storage.getStore() ?? {};

/** Runs the work with these ids, added to the current ones. Concurrent work has its own. */
export function withIds<Done>(ids: Ids, work: () => Done): Done {
  return storage.run({ ...currentIds(), ...ids }, work);
}

/** Adds an id that the work itself found out. */
export function nameIds(ids: Ids): void {
  Object.assign(currentIds(), ids);
}
