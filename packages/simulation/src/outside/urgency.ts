import { PRIORITIES, type Priority } from "@promptcall/core/contracts/priority";

/** One in three requests is of a priority that is not normal. */
const OF_REQUEST: readonly Priority[] = ["high", "high", "low", ...new Array<Priority>(6).fill("normal")];

/** Every other batch has calls of all priorities. */
const MIXED = 2;

/** Follows from the number, and takes no chance from the rest of a history. */
export function priorityAt(number: string): Priority {
  return OF_REQUEST[hashOf(number) % OF_REQUEST.length] ?? "normal";
}

/** Of the calls of a batch, where they are not all of the same. */
export function priorityOfRow(number: string, { first }: { first: string }): Priority {
  if (hashOf(first) % MIXED === 0) return priorityAt(first);
  return PRIORITIES[hashOf(number) % PRIORITIES.length] ?? "normal";
}

function hashOf(number: string): number {
  return [...number].reduce((hash, digit) => (hash * 31 + Number(digit)) % 1_000_003, 7);
}
