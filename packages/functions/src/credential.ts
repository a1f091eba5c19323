import { decodeJwt } from "jose";

/** How long the carrier takes a JWT that names no expiry. */
const DEFAULT_LIFE_SECONDS = 900;

/** When the carrier stops taking the JWT, in seconds since 1970. */
export function expiryOf({ exp, iat }: { exp?: number | undefined; iat?: number | undefined }): number | undefined {
  if (exp !== undefined) return exp;
  return iat === undefined ? undefined : iat + DEFAULT_LIFE_SECONDS;
}

export function isExpired(jwt: string, now: Date): boolean {
  const expiry = expiryOf(decodeJwt(jwt));
  return expiry !== undefined && expiry * 1000 <= now.getTime();
}
