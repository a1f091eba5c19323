import type { CryptoKey, JWTPayload } from "jose";
import { decodeJwt, decodeProtectedHeader, importSPKI, jwtVerify } from "jose";

/** The application that signed the request, or nothing when the token does not hold. */
export type Authenticate = (authorization: string | undefined) => Promise<string | undefined>;

const LIFE_WITHOUT_EXP_SECONDS = 15 * 60;

export async function createAuthenticate(
  publicKeys: Readonly<Record<string, string>>,
  now: () => Date,
): Promise<Authenticate> {
  const keys = new Map<string, CryptoKey>();
  for (const [applicationId, pem] of Object.entries(publicKeys)) {
    keys.set(applicationId, await importSPKI(pem, "RS256"));
  }

  return async (authorization) => {
    const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization ?? "")?.[1];
    if (!token) return undefined;
    try {
      if (decodeProtectedHeader(token).alg !== "RS256") return undefined;
      const claims = decodeJwt(token);
      const applicationId = claims.application_id;
      if (typeof applicationId !== "string" || applicationId === "") return undefined;
      if (!isCurrent(claims, now())) return undefined;
      const key = keys.get(applicationId);
      if (key) await jwtVerify(token, key, { algorithms: ["RS256"], currentDate: now() });
      return applicationId;
    } catch {
      // jose throws for anything it cannot read or verify, and the answer to all of it is 401.
      return undefined;
    }
  };
}

function isCurrent(claims: JWTPayload, now: Date): boolean {
  const nowSeconds = now.getTime() / 1000;
  const issuedFor = claims.iat === undefined ? undefined : claims.iat + LIFE_WITHOUT_EXP_SECONDS;
  const expiresAt = claims.exp ?? issuedFor ?? Number.POSITIVE_INFINITY;
  return nowSeconds < expiresAt && nowSeconds >= (claims.nbf ?? 0);
}
