import { createHmac, timingSafeEqual } from "node:crypto";

/** The form in which a PIN is kept: bound to its call, so that equal PINs of two calls do not look equal. */
export function pinHash({ key, tid, pin }: { key: Uint8Array; tid: string; pin: string }): string {
  return createHmac("sha256", key).update(`${tid}\n${pin}`).digest("base64url");
}

export function pinMatches({
  key,
  tid,
  pin,
  hash,
}: {
  key: Uint8Array;
  tid: string;
  pin: string;
  hash: string;
}): boolean {
  const expected = Buffer.from(hash, "base64url");
  const actual = Buffer.from(pinHash({ key, tid, pin }), "base64url");
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}
