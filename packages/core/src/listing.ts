import { type Completed, outcomeFields } from "./call.ts";

/**
 * Completed calls of a batch are listed by time. An entry is its keys and nothing else, and its order holds all that is
 * counted: 10,000 of them are little more than a megabyte to read.
 */
export interface Listing {
  readonly list: string;
  readonly at: string;
}

/** A batch's id takes half as much as it is written: what is read of a list is paid for by its length. */
export const listOfBatch = (batchId: string): string =>
  `b#${Buffer.from(batchId.replaceAll("-", ""), "hex").toString("base64url")}`;

/** Goes before a status; an error is told by the mark before its reason alone. */
const STATUS = "#";
const REASON = "!";

/** Undefined for a call that came alone. */
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
