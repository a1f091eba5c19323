import { acceptedAt } from "./application-list.ts";
import { callIdOf } from "./batch.ts";

/** Up to where a list was read: behind that place, or in the middle of a batch, with the calls below that index to come. */
export interface Position {
  readonly place: string;
  readonly below?: number | undefined;
}

export function writtenPosition({ place, below }: Position): string {
  return below === undefined ? place : `${place}<${below}`;
}

export function readPosition(written: string): Position {
  const [place = "", below] = written.split("<");
  return below === undefined ? { place } : { place, below: Number(below) };
}

export interface Step {
  readonly tid: string;
  /** From here the walk goes on behind this call. */
  readonly position: Position;
}

/**
 * The calls at these places, the newest first, so many at the most. Those of a batch are named by it and by their index:
 * the last of the request first.
 */
export function walk({ places, from, most }: { places: readonly string[]; from?: Position; most: number }): Step[] {
  const steps: Step[] = [];
  for (const place of places) {
    const { id, count } = acceptedAt(place);
    if (count === undefined) steps.push({ tid: id, position: { place } });
    const first = (place === from?.place ? (from.below ?? 0) : (count ?? 0)) - 1;
    for (let index = first; index >= 0 && steps.length < most; index -= 1) {
      const position = index === 0 ? { place } : { place, below: index };
      steps.push({ tid: callIdOf({ batchId: id, index }), position });
    }
    if (steps.length >= most) break;
  }
  return steps;
}
