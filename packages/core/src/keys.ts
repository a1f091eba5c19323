import { createHmac, createSecretKey, type Hmac, type KeyObject } from "node:crypto";

/** The keys for one purpose. New things are made with the current one; what any of them made is accepted. */
export type Keys = readonly [current: Uint8Array, ...others: Uint8Array[]];

/** Node makes its own form of a key anew for every use of the bytes, which takes longer than the HMAC itself. */
const prepared = new WeakMap<Uint8Array, KeyObject>();

const ids = new WeakMap<Uint8Array, string>();

/** An HMAC with SHA-256, to which what is authenticated is yet to be given. */
export function hmac(key: Uint8Array): Hmac {
  return createHmac("sha256", preparedOf(key));
}

function preparedOf(key: Uint8Array): KeyObject {
  const known = prepared.get(key);
  if (known !== undefined) return known;
  const own = createSecretKey(key);
  prepared.set(key, own);
  return own;
}

/** A name for a key that anybody may see: it tells one from another, and nothing about either. */
export function keyId(key: Uint8Array): string {
  const known = ids.get(key);
  if (known !== undefined) return known;
  const id = hmac(key).update("key id").digest("base64url").slice(0, 8);
  ids.set(key, id);
  return id;
}

/** Those of the keys that something may have been made with: the one it names, or any where it names none. */
export function keysFor({ keys, id }: { keys: Keys; id: string | undefined }): readonly Uint8Array[] {
  return id === undefined ? keys : keys.filter((key) => keyId(key) === id);
}
