import { type Completed, outcomeFields } from "./call.ts";

/**
 * Completed calls of a batch are listed in an index by time. An entry holds only its keys, and these hold all that is
 * counted, so that 10,000 entries are about a megabyte to read.
 */
export interface Listing {
  readonly list: string;
  readonly at: string;
}

/** base64url halves the id, because reads are billed by size. */
export const listOfBatch = (batchId: string): string =>
  `b#${Buffer.from(batchId.replaceAll("-", ""), "hex").toString("base64url")}`;

/** Marks a status; an error has the mark of its reason instead. */
const STATUS = "#";
const REASON = "!";

/** Undefined for a single call. */
export function listingOf({ batchId, completedAt, outcome }: Completed): Listing | undefined {
  if (batchId === undefined) return undefined;
  const time = Date.parse(completedAt).toString(36);
  const { status, reason } = { reason: undefined, ...outcomeFields(outcome) };
  const word = reason === undefined ? `${STATUS}${status}` : `${REASON}${reason}`;
  return { list: listOfBatch(batchId), at: `${time}${word}` };
}

export interface Listed {
  readonly completedAt: string;
  readonly status: string;
  readonly reason: string | undefined;
}

export function listedAt(at: string): Listed {
  const [time = "", reason] = at.split(REASON);
  const [, status = "error"] = at.split(STATUS);
  return { completedAt: new Date(Number.parseInt(time, 36)).toISOString(), status, reason };
}
