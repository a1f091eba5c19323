import { createHash, randomUUID } from "node:crypto";
import { SignJWT } from "jose";
import type { Signature } from "../api/applications.ts";

interface Signed {
  readonly payload: string;
  readonly signature: Signature;
  readonly applicationId: string;
  readonly now: Date;
}

/**
 * The `Authorization` of a signed webhook: HS256 with the account's secret, a hash of the payload, no expiry
 * (https://developer.vonage.com/en/getting-started/concepts/webhooks#decoding-signed-webhooks).
 */
export async function webhookToken({ payload, signature, applicationId, now }: Signed): Promise<string> {
  const claims = {
    payload_hash: createHash("sha256").update(payload).digest("hex"),
    api_key: signature.apiKey,
    application_id: applicationId,
  };
  const token = await new SignJWT(claims)
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setIssuer("Vonage")
    .setIssuedAt(now)
    .setJti(randomUUID())
    .sign(new TextEncoder().encode(signature.secret));
  return `Bearer ${token}`;
}
