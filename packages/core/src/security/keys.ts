import { createHmac, createSecretKey, type Hmac, type KeyObject } from "node:crypto";

/** The keys for one purpose. The current key makes new signatures; all of them verify. */
export type Keys = readonly [current: Uint8Array, ...others: Uint8Array[]];

/** Cached, because converting the bytes takes Node longer than the HMAC itself. */
const prepared = new WeakMap<Uint8Array, KeyObject>();

const ids = new WeakMap<Uint8Array, string>();

/** An HMAC with SHA-256, ready for `update`. */
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

/** A public name for a key, which reveals nothing of it. */
export function keyId(key: Uint8Array): string {
  const known = ids.get(key);
  if (known !== undefined) return known;
  const id = hmac(key).update("key id").digest("base64url").slice(0, 8);
  ids.set(key, id);
  return id;
}

/** The keys that may have made something: the one it names, or all where it names none. */
export function keysFor({ keys, id }: { keys: Keys; id: string | undefined }): readonly Uint8Array[] {
  return id === undefined ? keys : keys.filter((key) => keyId(key) === id);
}
