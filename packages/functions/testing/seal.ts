import { createCipheriv, createDecipheriv, createHash } from "node:crypto";
import { type Keys, keyId, keysFor } from "@promptcall/core/security/keys";
import { SealError } from "../src/errors.ts";
import type { Seal } from "../src/ports/seal.ts";

const CIPHER = "aes-256-gcm";
const TAG_BYTES = 16;

/**
 * Seals in the format of the real adapter, so that either opens what the other sealed. It uses Node's synchronous
 * cipher and a derived nonce, so that every run is the same.
 */
export function fakeSeal(keys: Keys): Seal {
  const [current] = keys;
  return {
    async seal(credential, tid) {
      const header = encode(JSON.stringify({ alg: "dir", enc: "A256GCM", kid: keyId(current), tid }));
      const nonce = createHash("sha256").update(credential).update(tid).digest().subarray(0, 12);
      const cipher = createCipheriv(CIPHER, current, nonce).setAAD(Buffer.from(header));
      const text = Buffer.concat([cipher.update(credential), cipher.final()]);
      return [header, "", encode(nonce), encode(text), encode(cipher.getAuthTag())].join(".");
    },

    async open(sealed, tid) {
      const candidates = keysFor({ keys, id: keyIdOf(sealed) });
      if (candidates.length === 0) throw new SealError("the credential was sealed with a key that is not listed");
      const opened = candidates.map((key) => decrypted({ sealed, key })).find((found) => found !== undefined);
      if (opened === undefined) throw new SealError("the credential cannot be opened");
      if (opened.tid !== tid) throw new SealError("the credential belongs to another call");
      return opened.credential;
    },
  };
}

function keyIdOf(sealed: string): string | undefined {
  try {
    return JSON.parse(decode(sealed.replace(/\..*$/, "")).toString()).kid;
  } catch {
    return undefined;
  }
}

function decrypted({
  sealed,
  key,
}: {
  sealed: string;
  key: Uint8Array;
}): { credential: string; tid: unknown } | undefined {
  const [header, wrappedKey, nonce, text, tag, ...more] = sealed.split(".");
  if (header === undefined || wrappedKey !== "" || nonce === undefined || text === undefined) return undefined;
  if (tag === undefined || more.length > 0) return undefined;
  try {
    const { alg, enc, tid } = JSON.parse(decode(header).toString());
    if (alg !== "dir" || enc !== "A256GCM") return undefined;
    const decipher = createDecipheriv(CIPHER, key, decode(nonce), { authTagLength: TAG_BYTES })
      .setAAD(Buffer.from(header))
      .setAuthTag(decode(tag));
    return { credential: Buffer.concat([decipher.update(decode(text)), decipher.final()]).toString(), tid };
  } catch {
    return undefined;
  }
}

const encode = (bytes: Buffer | string) => Buffer.from(bytes).toString("base64url");

/** Node skips invalid characters; here they are a sign of tampering. */
function decode(text: string): Buffer {
  if (!/^[\w-]*$/.test(text)) throw new SyntaxError("not base64url");
  return Buffer.from(text, "base64url");
}
