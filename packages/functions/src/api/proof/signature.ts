import { createPublicKey } from "node:crypto";
import type { PublicKey } from "@promptcall/core/security/public-key";
import { compactVerify } from "jose/jws/compact/verify";

/** Whether one of the keys has signed the JWT. Its claims are looked at by whoever reads the credential. */
export async function isSignedBy(jwt: string, keys: readonly PublicKey[]): Promise<boolean> {
  for (const { pem } of keys) {
    try {
      await compactVerify(jwt, createPublicKey(pem), { algorithms: ["RS256"] });
      return true;
    } catch {
      // Another key may have.
    }
  }
  return false;
}
