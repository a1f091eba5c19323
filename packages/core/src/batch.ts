import { hash } from "node:crypto";

/** The most calls of one request. */
export const MOST_CALLS = 10_000;

/**
 * The id of a call in a batch follows from its place in it, so that a batch of any length is told by its id and two
 * numbers. From a call's id nothing follows: neither its batch nor its neighbours.
 */
export function callIdOf({ batchId, index }: { batchId: string; index: number }): string {
  const bytes = hash("sha256", `${batchId} ${index}`, "buffer").subarray(0, 16);
  // Version 8 is for ids made in one's own way, see RFC 9562.
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** The ids of the calls at these places. */
export function callIdsOf({ batchId, from, to }: { batchId: string; from: number; to: number }): string[] {
  return Array.from({ length: Math.max(to - from, 0) }, (_, offset) => callIdOf({ batchId, index: from + offset }));
}
