import type { Published } from "@promptcall/core/contracts/published";

export interface Bus {
  /** Resolves when every event is on the bus; rejects if one is not. */
  publish(events: readonly Published[]): Promise<void>;
}
