import { createHmac } from "node:crypto";

/** The keys for one purpose. New things are made with the current one; what any of them made is accepted. */
export type Keys = readonly [current: Uint8Array, ...others: Uint8Array[]];

/** A name for a key that anybody may see: it tells one from another, and nothing about either. */
export function keyId(key: Uint8Array): string {
  return createHmac("sha256", key).update("key id").digest("base64url").slice(0, 8);
}

/** Those of the keys that something may have been made with: the one it names, or any where it names none. */
export function keysFor({ keys, id }: { keys: Keys; id: string | undefined }): readonly Uint8Array[] {
  return id === undefined ? keys : keys.filter((key) => keyId(key) === id);
}
