import { AsyncLocalStorage } from "node:async_hooks";

/** What is worked on. Every line of the log names it, without being handed it. */
export interface Ids {
  /** The one that the caller, or Lambda, knows the request by. */
  readonly request_id?: string | undefined;
  readonly message_id?: string | undefined;
  readonly tid?: string | undefined;
  readonly batch_id?: string | undefined;
}

const storage = new AsyncLocalStorage<Ids>();

/** The ids of what is worked on here; none outside of any work. */
export const currentIds = (): Ids => storage.getStore() ?? {};

/** Does the work under these ids, beside those it is already done under. Work at the same time has its own. */
export function withIds<Done>(ids: Ids, work: () => Done): Done {
  return storage.run({ ...currentIds(), ...ids }, work);
}

/** For an id that the work itself finds out: it is done under that one from here on. */
export function nameIds(ids: Ids): void {
  Object.assign(currentIds(), ids);
}
