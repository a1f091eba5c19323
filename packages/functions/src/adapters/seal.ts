import { CompactEncrypt, compactDecrypt } from "jose";
import { SealError } from "../errors.ts";
import type { Seal } from "../ports.ts";

/**
 * Credentials travel as JWE (`dir`, `A256GCM`). The tid is in the protected header, which the cipher authenticates, so
 * a sealed credential is of no use with another call.
 */
export function seal(key: Uint8Array): Seal {
  return {
    async seal(credential, tid) {
      return await new CompactEncrypt(new TextEncoder().encode(credential))
        .setProtectedHeader({ alg: "dir", enc: "A256GCM", tid })
        .encrypt(key);
    },

    async open(sealed, tid) {
      const opened = await compactDecrypt(sealed, key, {
        keyManagementAlgorithms: ["dir"],
        contentEncryptionAlgorithms: ["A256GCM"],
      }).catch(() => {
        throw new SealError("the credential cannot be opened");
      });
      if (opened.protectedHeader.tid !== tid) throw new SealError("the credential belongs to another call");
      return new TextDecoder().decode(opened.plaintext);
    },
  };
}
