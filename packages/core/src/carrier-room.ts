/**
 * The carrier takes 15 requests a second about calls that there are (GET, PUT and DELETE), of one account together:
 * https://api.support.vonage.com/hc/en-us/articles/203993598. Who asks takes a moment of its own, so far from the next
 * one: that is ten a second, and no more than fifteen in any 1.4 s.
 */
export const APART_MS = 100;

/** How late after its moment a request may still be made; as much is left for ways of different length to the carrier. */
export const LATEST_MS = 200;

/** The next moment at which one more request may be made; undefined when that would be too late. Epoch ms. */
export function nextMoment(given: { freeMs: number | undefined; nowMs: number; byMs: number }): number | undefined {
  const atMs = Math.max(given.freeMs ?? 0, given.nowMs);
  return atMs <= given.byMs ? atMs : undefined;
}
