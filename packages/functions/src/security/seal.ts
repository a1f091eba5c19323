import { createSecretKey, type webcrypto } from "node:crypto";
import { type Keys, keyId, keysFor } from "@promptcall/core/security/keys";
import { CompactEncrypt, compactDecrypt, decodeProtectedHeader } from "jose";
import { SealError } from "../errors.ts";
import type { Seal } from "../ports/seal.ts";

/**
 * Seals credentials as JWE (`dir`, `A256GCM`). The protected header holds the tid and the key's id, and the cipher
 * authenticates it, so a sealed credential cannot be used with another call.
 */
export function seal(keys: Keys): Seal {
  const [current] = keys;
  return {
    async seal(credential, tid) {
      return await new CompactEncrypt(new TextEncoder().encode(credential))
        .setProtectedHeader({ alg: "dir", enc: "A256GCM", kid: keyId(current), tid })
        .encrypt(imported(current));
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

const known = new WeakMap<Uint8Array, webcrypto.CryptoKey>();

/** Once: jose would import the bytes for each credential, at half the cost of sealing or opening it. */
function imported(key: Uint8Array): webcrypto.CryptoKey {
  const made = known.get(key) ?? createSecretKey(key).toCryptoKey("AES-GCM", false, ["encrypt", "decrypt"]);
  known.set(key, made);
  return made;
}

/** Undefined without a readable header, and for credentials sealed before keys had ids. */
function keyIdOf(sealed: string): string | undefined {
  try {
    return decodeProtectedHeader(sealed).kid;
  } catch {
    return undefined;
  }
}

async function decrypted({ sealed, key }: { sealed: string; key: Uint8Array }) {
  try {
    return await compactDecrypt(sealed, imported(key), {
      keyManagementAlgorithms: ["dir"],
      contentEncryptionAlgorithms: ["A256GCM"],
    });
  } catch {
    return undefined;
  }
}
