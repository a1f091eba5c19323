import type { CallSpec } from "../contracts/records/spec.ts";
import type { Listing } from "./listing.ts";

/**
 * What an application was accepted, in the index by time: single calls in one list, batches in another. A place in a list
 * holds all that a page begins with, so that nothing has to be read to turn pages. Newer places sort behind older ones.
 */
export const APPLICATION_LISTS = ["calls", "batches"] as const;
export type ApplicationList = (typeof APPLICATION_LISTS)[number];

const PREFIXES: Readonly<Record<ApplicationList, string>> = { calls: "c#", batches: "a#" };

export function listOfApplication({ applicationId, of }: { applicationId: string; of: ApplicationList }): string {
  return `${PREFIXES[of]}${applicationId.toLowerCase()}`;
}

/** A time in base 36 has this many digits until the year 5188. */
const TIME_DIGITS = 9;
const ID_DIGITS = 36;

/** A call by itself, or a batch with the number of its calls. */
export interface Accepted {
  readonly id: string;
  readonly acceptedAt: string;
  /** Of a batch. */
  readonly count?: number | undefined;
}

export function placeOf({ id, acceptedAt, count }: Accepted): string {
  return `${placeBefore(acceptedAt)}${id}${count === undefined ? "" : `*${count}`}`;
}

/** Where a call that came alone is listed; those of a batch are listed by it. */
export function listedCall({ tid, applicationId, acceptedAt, batch }: CallSpec): Listing | undefined {
  if (batch !== undefined) return undefined;
  return { list: listOfApplication({ applicationId, of: "calls" }), at: placeOf({ id: tid, acceptedAt }) };
}

export function listedBatch({ applicationId, ...batch }: Accepted & { readonly applicationId: string }): Listing {
  return { list: listOfApplication({ applicationId, of: "batches" }), at: placeOf(batch) };
}

/** Sorts before all that was accepted at that time, and behind all that was accepted earlier. */
export function placeBefore(time: string): string {
  return Date.parse(time).toString(36).padStart(TIME_DIGITS, "0");
}

/** Sorts behind every place. */
export const BEHIND_ALL = "~";

export function acceptedAt(place: string): Accepted {
  const [time, id] = [place.slice(0, TIME_DIGITS), place.slice(TIME_DIGITS, TIME_DIGITS + ID_DIGITS)];
  const count = place.slice(TIME_DIGITS + ID_DIGITS + 1);
  return {
    id,
    acceptedAt: new Date(Number.parseInt(time, 36)).toISOString(),
    ...(count !== "" && { count: Number(count) }),
  };
}
