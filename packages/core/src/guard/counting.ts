import { hmac } from "../security/keys.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** A stretch of time in which calls are counted, and when it is over; epoch ms. By the clock, in UTC. */
export interface Period {
  readonly name: string;
  readonly endMs: number;
}

export const hourOf = (nowMs: number): Period => periodOf(nowMs, HOUR_MS, "YYYY-MM-DDTHH".length);
export const dayOf = (nowMs: number): Period => periodOf(nowMs, DAY_MS, "YYYY-MM-DD".length);

function periodOf(nowMs: number, lengthMs: number, written: number): Period {
  const startMs = Math.floor(nowMs / lengthMs) * lengthMs;
  return { name: new Date(startMs).toISOString().slice(0, written), endMs: startMs + lengthMs };
}

/**
 * How many items share out the numbers of an hour. One for each number would be 10,000 writes for a large batch; with these
 * it is one for every 80 numbers. More of them would be more writes for a batch, fewer would make each item, and so each
 * write, larger: at 100,000 calls in an hour it grows to 4 kB.
 */
const BUCKETS = 128;

/**
 * Where a number's calls are counted: the item, and the name in it. Neither tells the number. The name is short, for all of
 * an item is paid for at each write: of 100,000 numbers in an hour, three in a thousand share one, and with it their limit.
 */
export interface Place {
  readonly bucket: string;
  readonly name: string;
}

export function placeOf(digits: string, key: Uint8Array): Place {
  const digest = hmac(key).update(`calls to ${digits}`).digest();
  return { bucket: String(digest.readUInt8(0) % BUCKETS), name: digest.toString("base64url", 1, 4).slice(0, 3) };
}

/** How many of the calls that are wanted there is room for. Those for which there is none are left out. */
export function roomFor(
  wanted: ReadonlyMap<string, number>,
  { counted, limit }: { counted: (number: string) => number; limit: number },
): ReadonlyMap<string, number> {
  const rooms = [...wanted].map(([number, calls]) => {
    const left = Math.max(0, limit - counted(number));
    return [number, Math.min(calls, left)] as const;
  });
  return new Map(rooms.filter(([, room]) => room > 0));
}
