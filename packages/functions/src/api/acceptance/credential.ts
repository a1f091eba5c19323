import { createPrivateKey, type KeyObject } from "node:crypto";
import { deadlineSeconds, type SpokenParts } from "@promptcall/core/call/call-length";
import type { Settings } from "@promptcall/core/contracts/settings";
import { decodeProtectedHeader } from "jose/decode/protected_header";
import { decodeJwt } from "jose/jwt/decode";
import { type FieldError, mustBe, type Problem } from "../../http/problem.ts";
import type { CodeWith } from "../../http/problem-codes.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Random } from "../../ports/random.ts";
import { expiryOf } from "../../security/credential.ts";
import type { Fields } from "./read-body.ts";

/** A usable credential, or the errors of its fields, to be reported together with the other fields' errors. */
export interface Credential {
  readonly applicationId: string;
  readonly errors: readonly FieldError[];
  /** A JWT for these calls. One that is signed here expires when the last of them must be over. */
  jwtFor(calls: {
    /** They are dialed between these times. */
    readonly startMs: number;
    readonly expiresAt: string;
    readonly spoken: readonly SpokenParts[];
  }): Promise<string>;
}

/** The longest lifetime of a JWT that the carrier accepts. */
const LONGEST_LIFE_SECONDS = 24 * 3600;

/**
 * Limits a JWT that we sign to the paths of calls, in any version of the carrier's API
 * (https://developer.vonage.com/en/getting-started/concepts/authentication#acls).
 */
const CALLS_ONLY = { paths: { "/*/calls/**": {} } };

/** RS256 needs 2048 bits; larger keys than 4096 bits sign too slowly. */
const SMALLEST_KEY_BITS = 2048;
const LARGEST_KEY_BITS = 4096;

export interface CredentialPorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly settings: Pick<Settings, "carrier" | "timers">;
}

/** Reads the `Authorization` header, or else `app_id` and `private_key`. The private key is used here and not kept. */
export async function readCredential(
  { header, fields }: { header: string | undefined; fields: Fields },
  ports: CredentialPorts,
): Promise<Credential | { problem: Problem }> {
  if (header !== undefined) return fromHeader(header, ports.clock);
  if (fields.app_id === undefined && fields.private_key === undefined)
    return unauthorized("missing_credential", "Send Authorization: Bearer <Vonage JWT>, or app_id and private_key.");
  return fromFields(fields, ports);
}

function fromHeader(header: string, clock: Clock): Credential | { problem: Problem } {
  const jwt = /^Bearer +(\S+)$/i.exec(header.trim())?.[1];
  if (jwt === undefined)
    return unauthorized("invalid_authorization", "The Authorization header is not of the form: Bearer <Vonage JWT>.");
  const claims = claimsOf(jwt);
  if (claims === undefined) return unauthorized("not_a_jwt", "The bearer token is not a JWT.");
  const { application_id: applicationId } = claims;
  if (typeof applicationId !== "string" || applicationId === "")
    return unauthorized("jwt_without_application", "The JWT has no application_id.");
  if (![claims.exp, claims.iat].every((time) => time === undefined || typeof time === "number"))
    return unauthorized("not_a_jwt", "The bearer token is not a JWT: its times are not numbers.");
  const expiry = expiryOf(claims);
  if (expiry !== undefined && expiry * 1000 <= clock.now().getTime())
    return unauthorized("jwt_expired", "The JWT has expired.");
  return { applicationId, errors: [], jwtFor: async () => jwt };
}

/** Decoded, not verified: only the carrier has the key, and verifies when the call is placed. */
function claimsOf(jwt: string) {
  try {
    decodeProtectedHeader(jwt);
    return decodeJwt(jwt);
  } catch {
    return undefined;
  }
}

function fromFields(fields: Fields, { random, settings }: CredentialPorts): Credential {
  const { app_id: applicationId, private_key: pem } = fields;
  const errors: FieldError[] = [];
  if (typeof applicationId !== "string" || !/^[\w-]{1,64}$/.test(applicationId))
    errors.push({ field: "app_id", ...wrongOf(applicationId, "the id of a Vonage application") });
  const key = privateKeyOf(pem);
  if (key === undefined)
    errors.push({
      field: "private_key",
      ...wrongOf(pem, `an RSA private key of ${SMALLEST_KEY_BITS} to ${LARGEST_KEY_BITS} bits in PEM form`),
    });
  return {
    applicationId: String(applicationId),
    errors,
    async jwtFor({ startMs, expiresAt, spoken }) {
      if (key === undefined) throw new TypeError("there is no key to sign with");
      // Issued at the start of the dial window, because a day from now might end before it.
      const issued = Math.floor(startMs / 1000);
      const longest = Math.max(...spoken.map((one) => deadlineSeconds(one, settings)));
      const needed = Math.ceil(Date.parse(expiresAt) / 1000 + longest);
      const { SignJWT } = await import("jose/jwt/sign");
      return await new SignJWT({ application_id: applicationId, acl: CALLS_ONLY })
        .setProtectedHeader({ alg: "RS256", typ: "JWT" })
        .setJti(random.uuid())
        .setIssuedAt(issued)
        .setExpirationTime(Math.min(needed, issued + LONGEST_LIFE_SECONDS))
        .sign(key);
    },
  };
}

function privateKeyOf(pem: unknown): KeyObject | undefined {
  if (typeof pem !== "string") return undefined;
  try {
    // Keys from environment variables often have `\n` in place of line ends.
    const key = createPrivateKey(pem.replaceAll("\\n", "\n"));
    const { modulusLength = 0 } = key.asymmetricKeyDetails ?? {};
    const isOfUse = modulusLength >= SMALLEST_KEY_BITS && modulusLength <= LARGEST_KEY_BITS;
    return key.asymmetricKeyType === "rsa" && isOfUse ? key : undefined;
  } catch {
    return undefined;
  }
}

function wrongOf(value: unknown, expected: string) {
  return value === undefined ? { wrong: "is missing", expected } : mustBe(expected);
}

function unauthorized(code: CodeWith<401>, detail: string): { problem: Problem } {
  return { problem: { status: 401, code, detail, headers: { "www-authenticate": "Bearer" } } };
}
