import type { Chance } from "@promptcall/functions/ports/chance";

/** Ids in order, and a fixed cycle of numbers in [0, 1), so that every run is the same. */
export function chanceTwin({ numbers = [0.5] }: { numbers?: readonly number[] } = {}): Chance {
  let ids = 0;
  let drawn = 0;
  return {
    id: () => idOf(++ids),
    random: () => numbers[drawn++ % numbers.length] ?? 0,
  };
}

/** The id that is handed out as the `ordinal`th. */
export function idOf(ordinal: number): string {
  return `00000000-0000-4000-8000-${String(ordinal).padStart(12, "0")}`;
}
