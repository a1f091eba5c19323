import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { type Keys, keyId, keysFor } from "@promptcall/core/security/keys";
import { decodeProtectedHeader, type ProtectedHeaderParameters } from "jose/decode/protected_header";
import { SealError } from "../errors.ts";
import type { Seal } from "../ports/seal.ts";

const CIPHER = "aes-256-gcm";
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** A JWE of these ciphers: header, no key of its own, IV, text and tag. */
const SEALED = /^([\w-]+)\.\.([\w-]{16})\.([\w-]*)\.([\w-]{22})$/;

/**
 * Seals credentials as JWE (`dir`, `A256GCM`). The protected header holds the tid and the key's id, and the cipher
 * authenticates it, so a sealed credential cannot be used with another call. The cipher is Node's own, as for a JWT's
 * signature: jose would hand each credential to another thread.
 */
export function seal(keys: Keys): Seal {
  const [current] = keys;
  return {
    async seal(credential, tid) {
      const header = encoded(JSON.stringify({ alg: "dir", enc: "A256GCM", kid: keyId(current), tid }));
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv(CIPHER, current, iv).setAAD(Buffer.from(header));
      const text = Buffer.concat([cipher.update(credential, "utf8"), cipher.final()]);
      return [header, "", ...[iv, text, cipher.getAuthTag()].map(encoded)].join(".");
    },

    async open(sealed, tid) {
      const header = headerOf(sealed);
      const candidates = keysFor({ keys, id: header?.kid });
      if (candidates.length === 0) throw new SealError("the credential was sealed with a key that is not listed");
      for (const key of candidates) {
        const opened = decrypted({ sealed, key });
        if (opened === undefined) continue;
        if (header?.tid !== tid) throw new SealError("the credential belongs to another call");
        return opened;
      }
      throw new SealError("the credential cannot be opened");
    },
  };
}

function encoded(bytes: string | Buffer): string {
  return Buffer.from(bytes).toString("base64url");
}

/** Without `kid` for credentials sealed before keys had ids; undefined when it cannot be read. */
function headerOf(sealed: string): ProtectedHeaderParameters | undefined {
  try {
    return decodeProtectedHeader(sealed);
  } catch {
    return undefined;
  }
}

function decrypted({ sealed, key }: { sealed: string; key: Uint8Array }): string | undefined {
  const [, header = "", iv = "", text = "", tag = ""] = SEALED.exec(sealed) ?? [];
  try {
    const decipher = createDecipheriv(CIPHER, key, Buffer.from(iv, "base64url"), { authTagLength: TAG_BYTES })
      .setAAD(Buffer.from(header))
      .setAuthTag(Buffer.from(tag, "base64url"));
    return decipher.update(text, "base64url", "utf8") + decipher.final("utf8");
  } catch {
    return undefined;
  }
}
