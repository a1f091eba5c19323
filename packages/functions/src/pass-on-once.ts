import type { Hops } from "./ports/hops.ts";

/**
 * Sends the rest of a piece of work on. Messages are delivered more than once, and each copy would send on a copy of the
 * rest; so how far the work has come is remembered, after it was sent: a crash repeats it, never loses it. False for a
 * copy.
 */
export async function passOnOnce(
  { key, upTo }: { key: string; upTo: number },
  { hops, send }: { hops: Hops; send: () => Promise<void> },
): Promise<boolean> {
  if ((await hops.made(key)) >= upTo) return false;
  await send();
  await hops.make(key, upTo);
  return true;
}
