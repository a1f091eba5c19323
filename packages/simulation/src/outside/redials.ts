import type { Person } from "./person.ts";

/** When a customer wants a person to be called again. */
export interface Retry {
  readonly times: number;
  readonly afterSeconds: number;
  readonly on: readonly string[];
}

const USUAL = ["busy", "unanswered", "timeout", "unavailable"];
const RETRIES: readonly (Retry | undefined)[] = [
  { times: 1, afterSeconds: 30, on: USUAL },
  { times: 2, afterSeconds: 60, on: [...USUAL, "hung_up"] },
  { times: 3, afterSeconds: 400, on: [...USUAL, "declined", "cannot_route", "machine"] },
  ...new Array<undefined>(4).fill(undefined),
];

/** How many numbers in a row have a wish, or a person, each of its own. */
const ASKS = 12;

/** Follows from the number that a request calls first, and takes no chance from the rest of a history. */
export function retryAt(number: string | undefined): Retry | undefined {
  return RETRIES[Math.floor(Number(number) / ASKS) % RETRIES.length];
}

/** Who is there at the first calls, and not the person who is there else. */
const AT_FIRST: readonly (readonly Person["kind"][])[] = [[], ["busy"], ["ignores", "busy"], ["rings out"]];

/** Who takes the call after so many before. */
export function personOf(
  { number, person, retry }: { readonly number: string; readonly person: Person; readonly retry?: Retry },
  callsBefore: number,
): Person {
  if (retry === undefined || person.kind === "malformed") return person;
  const kind = AT_FIRST[Number(number) % AT_FIRST.length]?.[callsBefore];
  return kind === undefined ? person : { kind, attempts: [] };
}
