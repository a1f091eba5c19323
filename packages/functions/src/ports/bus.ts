import type { Published } from "@promptcall/core/contracts/events";

export interface Bus {
  /** Resolves when every event is on the bus; rejects if one is not. */
  publish(events: readonly Published[]): Promise<void>;
}
