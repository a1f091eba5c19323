import type { Route } from "@promptcall/core/guard/breaker";

/** Routes of which calls are suspended, because hardly any is completed. */
export interface Breakers {
  /** Until when, of those destinations that are suspended for the application; epoch ms. */
  suspendedUntil(applicationId: string, destinations: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** Counts a call that is over. Tells until when it was this one that suspended its route. */
  count(call: Route & { readonly isCompleted: boolean }): Promise<number | undefined>;
}
