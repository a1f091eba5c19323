import type { RouteCall } from "@promptcall/core/guard/breaker";

/** Routes of which calls are suspended, because hardly any is completed. */
export interface Breakers {
  /** Until when, of those destinations that are suspended for the application; epoch ms. */
  suspendedUntil(applicationId: string, destinations: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** Counts a call that is over, by its weight. Tells until when it was this one that suspended its route. */
  count(call: RouteCall): Promise<number | undefined>;
}
