import { timingSafeEqual } from "node:crypto";
import { hmac, type Keys } from "./keys.ts";

/** What a token lets its holder see and cancel. */
export interface Watched {
  readonly kind: "call" | "batch";
  readonly id: string;
}

/** Nobody can guess it, and it proves itself: nothing about it is on record. */
export function statusToken({ kind, id, key }: Watched & { readonly key: Uint8Array }): string {
  return hmac(key).update(`${kind}/${id}`).digest("base64url");
}

export function isStatusToken({
  token,
  keys,
  ...watched
}: Watched & { readonly token: string; readonly keys: Keys }): boolean {
  const actual = Buffer.from(token);
  return keys.some((key) => {
    const expected = Buffer.from(statusToken({ ...watched, key }));
    return actual.length === expected.length && timingSafeEqual(actual, expected);
  });
}
