import { decodeJwt } from "jose/jwt/decode";

/** How long the carrier takes a JWT that names no expiry. */
const DEFAULT_LIFE_SECONDS = 900;

/** When the carrier stops taking the JWT, in seconds since 1970. */
export function expiryOf({ exp, iat }: { exp?: number | undefined; iat?: number | undefined }): number | undefined {
  if (exp !== undefined) return exp;
  return iat === undefined ? undefined : iat + DEFAULT_LIFE_SECONDS;
}

/** The same in epoch ms; a JWT that names no time never expires as far as we can see. */
export function expiryMsOfJwt(jwt: string): number {
  return (expiryOf(decodeJwt(jwt)) ?? Number.POSITIVE_INFINITY) * 1000;
}

export function isExpired(jwt: string, now: Date): boolean {
  return expiryMsOfJwt(jwt) <= now.getTime();
}
