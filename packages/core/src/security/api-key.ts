import { createHash, timingSafeEqual } from "node:crypto";

/** The SHA-256 of each key, in hex. */
export type ApiKeyHashes = readonly Buffer[];

const HASH = /^[0-9a-f]{64}$/i;

/** The hashes that a secret lists, apart by white space or commas. What is wrong with one is said by its place. */
export function parseApiKeyHashes(written: string): ApiKeyHashes | { readonly wrong: string } {
  const texts = written.split(/[\s,]+/).filter(Boolean);
  const misspelt = texts.findIndex((text) => !HASH.test(text));
  if (misspelt >= 0) return { wrong: `entry ${misspelt + 1} is no SHA-256 in hex` };
  return texts.map((text) => Buffer.from(text, "hex"));
}

/** Whether it is one of the keys. Each is compared, so that the time it takes says nothing. */
export function isApiKey(key: string, hashes: ApiKeyHashes): boolean {
  const hash = createHash("sha256").update(key).digest();
  return hashes.map((known) => timingSafeEqual(known, hash)).includes(true);
}
