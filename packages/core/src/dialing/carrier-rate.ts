/**
 * The carrier allows 15 requests a second about existing calls (GET, PUT and DELETE) per account:
 * https://api.support.vonage.com/hc/en-us/articles/203993598. Each request reserves a slot at this distance from the
 * next: ten a second, and at most fifteen in any 1.4 s.
 */
export const REQUEST_GAP_MS = 100;

/** How late after its slot a request may still be made. As much again is left for different latencies. */
export const LONGEST_DELAY_MS = 200;

/** The next free slot; undefined when that would be too late. Epoch ms. */
export function nextSlot(given: { freeMs: number | undefined; nowMs: number; byMs: number }): number | undefined {
  const atMs = Math.max(given.freeMs ?? 0, given.nowMs);
  return atMs <= given.byMs ? atMs : undefined;
}
