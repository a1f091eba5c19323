import type { Clock } from "../ports/clock.ts";

/** More than one process hears of in that time; a process that does forgets them all. */
const MOST = 1_000;

/** Reads each thing once in so long: for what may be a little behind, and is read again and again. */
export function remembered<Value>(
  read: (key: string) => Promise<Value>,
  { forMs, clock }: { readonly forMs: number; readonly clock: Clock },
): (key: string) => Promise<Value> {
  const known = new Map<string, { readonly untilMs: number; readonly value: Promise<Value> }>();
  return async (key) => {
    const nowMs = clock.now().getTime();
    const found = known.get(key);
    if (found !== undefined && found.untilMs > nowMs) return await found.value;
    if (known.size >= MOST) known.clear();
    const value = read(key);
    known.set(key, { untilMs: nowMs + forMs, value });
    // What failed is read again by whoever comes next.
    value.catch(() => known.delete(key));
    return await value;
  };
}
