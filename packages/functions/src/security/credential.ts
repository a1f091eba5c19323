import { decodeJwt } from "jose/jwt/decode";

/** How long the carrier accepts a JWT without `exp`. */
const DEFAULT_LIFE_SECONDS = 900;

/** When the JWT expires, in epoch seconds. */
export function expiryOf({ exp, iat }: { exp?: number | undefined; iat?: number | undefined }): number | undefined {
  if (exp !== undefined) return exp;
  return iat === undefined ? undefined : iat + DEFAULT_LIFE_SECONDS;
}

/** The same in epoch ms; infinite for a JWT without times. */
export function expiryMsOfJwt(jwt: string): number {
  return (expiryOf(decodeJwt(jwt)) ?? Number.POSITIVE_INFINITY) * 1000;
}

export function isExpired(jwt: string, now: Date): boolean {
  return expiryMsOfJwt(jwt) <= now.getTime();
}
