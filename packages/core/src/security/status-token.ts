import { timingSafeEqual } from "node:crypto";
import { hmac, type Keys } from "./keys.ts";

/** What a token lets its holder see and cancel. */
export interface StatusSubject {
  readonly kind: "call" | "batch";
  readonly id: string;
}

/** A MAC over the id: it cannot be guessed, and nothing needs to be stored. */
export function statusToken({ kind, id, key }: StatusSubject & { readonly key: Uint8Array }): string {
  return hmac(key).update(`${kind}/${id}`).digest("base64url");
}

export function isStatusToken({
  token,
  keys,
  ...watched
}: StatusSubject & { readonly token: string; readonly keys: Keys }): boolean {
  const actual = Buffer.from(token);
  return keys.some((key) => {
    const expected = Buffer.from(statusToken({ ...watched, key }));
    return actual.length === expected.length && timingSafeEqual(actual, expected);
  });
}
