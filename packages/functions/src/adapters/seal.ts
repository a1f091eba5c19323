import { createSecretKey } from "node:crypto";
import { type Keys, keyId, keysFor } from "@promptcall/core/keys";
import { CompactEncrypt, compactDecrypt, decodeProtectedHeader } from "jose";
import { SealError } from "../errors.ts";
import type { Seal } from "../ports/seal.ts";

/**
 * Credentials travel as JWE (`dir`, `A256GCM`). The tid is in the protected header, which the cipher authenticates, so
 * a sealed credential is of no use with another call; so is the id of the key it was sealed with, the current one.
 */
export function seal(keys: Keys): Seal {
  const [current] = keys;
  // From bytes, jose would import the key for each credential, which takes half as long as sealing it.
  const sealingKey = createSecretKey(current).toCryptoKey("AES-GCM", false, ["encrypt"]);
  return {
    async seal(credential, tid) {
      return await new CompactEncrypt(new TextEncoder().encode(credential))
        .setProtectedHeader({ alg: "dir", enc: "A256GCM", kid: keyId(current), tid })
        .encrypt(sealingKey);
    },

    async open(sealed, tid) {
      const candidates = keysFor({ keys, id: keyIdOf(sealed) });
      if (candidates.length === 0) throw new SealError("the credential was sealed with a key that is not listed");
      for (const key of candidates) {
        const opened = await decrypted({ sealed, key });
        if (opened === undefined) continue;
        if (opened.protectedHeader.tid !== tid) throw new SealError("the credential belongs to another call");
        return new TextDecoder().decode(opened.plaintext);
      }
      throw new SealError("the credential cannot be opened");
    },
  };
}

/** Undefined for what has no header that can be read, and for what was sealed before keys had ids. */
function keyIdOf(sealed: string): string | undefined {
  try {
    return decodeProtectedHeader(sealed).kid;
  } catch {
    return undefined;
  }
}

async function decrypted({ sealed, key }: { sealed: string; key: Uint8Array }) {
  try {
    return await compactDecrypt(sealed, key, {
      keyManagementAlgorithms: ["dir"],
      contentEncryptionAlgorithms: ["A256GCM"],
    });
  } catch {
    return undefined;
  }
}
