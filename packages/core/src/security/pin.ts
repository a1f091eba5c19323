import { timingSafeEqual } from "node:crypto";
import { hmac, type Keys, keysFor } from "./keys.ts";

/** What is stored of a PIN. Bound to its call, so that equal PINs have different hashes. */
export function pinHash({ key, tid, pin }: { key: Uint8Array; tid: string; pin: string }): string {
  return hmacOf({ key, tid, pin }).toString("base64url");
}

/** Whether it is the PIN; undefined when the key of its hash is not listed, which does not make the PIN wrong. */
export function pinMatches({
  keys,
  tid,
  pin,
  hash,
  hashedWith,
}: {
  keys: Keys;
  tid: string;
  pin: string;
  hash: string;
  /** The id of its key. */
  hashedWith: string | undefined;
}): boolean | undefined {
  const candidates = keysFor({ keys, id: hashedWith });
  if (candidates.length === 0) return undefined;
  const expected = Buffer.from(hash, "base64url");
  return candidates.some((key) => {
    const actual = hmacOf({ key, tid, pin });
    return expected.length === actual.length && timingSafeEqual(expected, actual);
  });
}

function hmacOf({ key, tid, pin }: { key: Uint8Array; tid: string; pin: string }): Buffer {
  return hmac(key).update(`${tid}\n${pin}`).digest();
}
