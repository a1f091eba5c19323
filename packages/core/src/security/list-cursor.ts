import { timingSafeEqual } from "node:crypto";
import { hmac, type Keys } from "./keys.ts";

/** What a cursor is for. It leads nobody else anywhere, and in no other list. */
export interface CursorScope {
  readonly applicationId: string;
  readonly list: string;
  /** As they were asked for, in an order of their own. */
  readonly filters: string;
}

const MAC_BYTES = 16;

export function listCursor({ scope, place, key }: { scope: CursorScope; place: string; key: Uint8Array }): string {
  const mac = macOf({ scope, place, key });
  return [Buffer.from(place), mac].map((part) => part.toString("base64url")).join(".");
}

/** Undefined where it was changed, or was made for another application, another list or other filters. */
export function placeIn({ scope, cursor, keys }: { scope: CursorScope; cursor: string; keys: Keys }) {
  const [written = "", mac = ""] = cursor.split(".");
  const place = Buffer.from(written, "base64url").toString();
  const given = Buffer.from(mac, "base64url");
  const isGenuine = keys.some((key) => {
    const expected = macOf({ scope, place, key });
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
  return isGenuine ? place : undefined;
}

function macOf({ scope, place, key }: { scope: CursorScope; place: string; key: Uint8Array }): Buffer {
  const { applicationId, list, filters } = scope;
  const bound = JSON.stringify([applicationId, list, filters, place]);
  return hmac(key).update(`cursor\n${bound}`).digest().subarray(0, MAC_BYTES);
}
