import { hash } from "node:crypto";

/** The most calls of one request. */
export const MOST_CALLS_OF_BATCH = 10_000;

/**
 * Derives the id of a call from its batch and its index, so that a message names any range of a batch by one id and two
 * numbers. Nothing can be derived from a call's id: neither its batch nor its neighbours.
 */
export function callIdOf({ batchId, index }: { batchId: string; index: number }): string {
  const bytes = hash("sha256", `${batchId} ${index}`, "buffer").subarray(0, 16);
  // RFC 9562: version 8 is for custom ids.
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** The ids of the calls `from` up to `to` (exclusive). */
export function callIdsOf({ batchId, from, to }: { batchId: string; from: number; to: number }): string[] {
  return Array.from({ length: Math.max(to - from, 0) }, (_, offset) => callIdOf({ batchId, index: from + offset }));
}
