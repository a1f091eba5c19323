import type { Random } from "../src/ports/random.ts";

/** Sequential ids and a fixed cycle of numbers in [0, 1). */
export function fakeRandom({ numbers = [0.5] }: { numbers?: readonly number[] } = {}): Random {
  let ids = 0;
  let drawn = 0;
  return {
    uuid: () => idOf(++ids),
    next: () => numbers[drawn++ % numbers.length] ?? 0,
  };
}

/** The `ordinal`th id. */
export function idOf(ordinal: number): string {
  return `00000000-0000-4000-8000-${String(ordinal).padStart(12, "0")}`;
}
