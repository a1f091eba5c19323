import { importPKCS8, SignJWT } from "jose";
import { PromptcallError } from "./errors.ts";

/** The carrier takes no JWT that lives longer. */
const LIFE_SECONDS = 24 * 3_600;

/** What a JWT has left beyond what a request needs: clocks differ, and requests are repeated. */
const MARGIN_SECONDS = 600;

/** However long a request needs one, a JWT serves so long at least: its life cannot be had whole by two. */
const SERVES_SECONDS = 3_600;

/** A JWT that is good for calls, and nothing else of the account. */
const CALLS_ONLY = { paths: { "/*/calls/**": {} } };

const NOT_A_KEY =
  "privateKey must be the RSA key of the application in PEM, which begins with -----BEGIN PRIVATE KEY-----. " +
  "openssl pkcs8 -topk8 -nocrypt -in old.key makes it of one that begins with -----BEGIN RSA PRIVATE KEY-----.";

/** Gives a JWT that lives for so long at least, where one can. */
export type JwtFor = (neededSeconds: number) => Promise<string>;

/**
 * Makes JWTs of a private key, each used for as many requests as it is good for: the service has a new one checked by the
 * carrier, and takes few of them.
 */
export function mintJwts(given: { applicationId: string; privateKey: string; nowMs: () => number }): JwtFor {
  const { applicationId, privateKey, nowMs } = given;
  // Environments write line ends as `\n`.
  const key = importPKCS8(privateKey.replaceAll("\\n", "\n"), "RS256").catch(() => {
    throw new PromptcallError(NOT_A_KEY);
  });
  key.catch(() => {});
  let minted: { jwt: Promise<string>; untilSeconds: number } | undefined;

  async function mint(issuedSeconds: number): Promise<string> {
    return await new SignJWT({ application_id: applicationId, acl: CALLS_ONLY })
      .setProtectedHeader({ alg: "RS256", typ: "JWT" })
      .setJti(crypto.randomUUID())
      .setIssuedAt(issuedSeconds)
      .setExpirationTime(issuedSeconds + LIFE_SECONDS)
      .sign(await key);
  }

  return async (neededSeconds) => {
    const now = Math.floor(nowMs() / 1_000);
    const needed = Math.min(neededSeconds + MARGIN_SECONDS, LIFE_SECONDS - SERVES_SECONDS);
    if (minted === undefined || minted.untilSeconds - now < needed)
      minted = { jwt: mint(now), untilSeconds: now + LIFE_SECONDS };
    return await minted.jwt;
  };
}
