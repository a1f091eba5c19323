import type { Checkpoints } from "../ports/checkpoints.ts";

/**
 * Sends the rest of a piece of work on, once. Messages are delivered more than once, and each copy would send the rest
 * again; so a checkpoint records how far the work has come. It is written after sending: a crash repeats the work,
 * never loses it. False for a copy.
 */
export async function resumeOnce(
  { key, upTo }: { key: string; upTo: number },
  { checkpoints, send }: { checkpoints: Checkpoints; send: () => Promise<void> },
): Promise<boolean> {
  if ((await checkpoints.get(key)) >= upTo) return false;
  await send();
  await checkpoints.advance(key, upTo);
  return true;
}
