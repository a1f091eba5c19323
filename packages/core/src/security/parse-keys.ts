import type { Keys } from "./keys.ts";

/** 32 bytes in base64url. */
const KEY = /^[\w-]{43}$/;

/**
 * The keys that a secret lists, separated by white space or commas, the current one first. Errors name a key by its
 * position, never by its value.
 */
export function parseKeys({ secret, written }: { secret: string; written: string }): Keys | { wrong: string } {
  const texts = written.split(/[\s,]+/).filter(Boolean);
  const misspelt = texts.findIndex((text) => !KEY.test(text));
  if (misspelt >= 0) return { wrong: `key ${misspelt + 1} of ${secret} is not 32 bytes in base64url` };
  const [current, ...others] = texts.map((text) => Buffer.from(text, "base64url"));
  if (current === undefined) return { wrong: `${secret} lists no key` };
  const all: Keys = [current, ...others];
  for (const [index, key] of all.entries()) {
    const earlier = all.findIndex((other) => Buffer.compare(other, key) === 0);
    if (earlier < index) return { wrong: `key ${index + 1} of ${secret} is key ${earlier + 1} again` };
  }
  return all;
}
