import { createPrivateKey, type KeyObject } from "node:crypto";
import { deadlineSeconds, type SpokenParts } from "@promptcall/core/call/call-length";
import type { Settings } from "@promptcall/core/contracts/settings";
import { ApplicationIdSchema } from "@promptcall/core/security/application-id";
import { LONGEST_LIFE_SECONDS, readClaims, type WrongJwt } from "@promptcall/core/security/jwt-claims";
import {
  isForRs256,
  LARGEST_KEY_BITS,
  type PublicKey,
  publicHalf,
  SMALLEST_KEY_BITS,
} from "@promptcall/core/security/public-key";
import { decodeProtectedHeader } from "jose/decode/protected_header";
import { decodeJwt } from "jose/jwt/decode";
import { type FieldError, mustBe, type Problem } from "../../http/problem.ts";
import type { CodeWith } from "../../http/problem-codes.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Random } from "../../ports/random.ts";
import type { Fields } from "../acceptance/parameters.ts";

/** A credential as it was brought: of the right form, and not yet proven. */
export interface Credential {
  readonly applicationId: string;
  readonly evidence: Evidence;
  /** A JWT for these calls. One that is signed here expires when the last of them must be over. */
  jwtFor(calls: {
    /** They are dialed between these times. */
    readonly startMs: number;
    readonly expiresAt: string;
    readonly spoken: readonly SpokenParts[];
  }): Promise<string>;
}

/** By what a credential is judged. */
export type Evidence =
  | ({ readonly kind: "jwt" } & DatedJwt)
  | {
      readonly kind: "private_key";
      /** Its other half. */
      readonly publicKey: PublicKey;
      /** A JWT to be judged by; good for a minute. */
      trial(): Promise<DatedJwt>;
    };

interface DatedJwt {
  readonly jwt: string;
  readonly expiresAtMs: number;
}

/**
 * Limits a JWT that we sign to the paths of calls, in any version of the carrier's API
 * (https://developer.vonage.com/en/getting-started/concepts/authentication#acls).
 */
const CALLS_ONLY = { paths: { "/*/calls/**": {} } };

const TRIAL_SECONDS = 60;

export interface CredentialPorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly settings: Pick<Settings, "carrier" | "timers" | "callback">;
}

/**
 * Reads the `Authorization` header, or else `app_id` and `private_key`. The private key is used here and not kept. The
 * errors of these fields are reported together with the other fields' errors.
 */
export function readCredential(
  { header, fields }: { header: string | undefined; fields: Fields },
  ports: CredentialPorts,
): Credential | { problem: Problem } | { errors: readonly FieldError[] } {
  if (header !== undefined) return fromHeader(header, ports.clock);
  if (fields.app_id === undefined && fields.private_key === undefined)
    return unauthorized("missing_credential", "Send Authorization: Bearer <Vonage JWT>, or app_id and private_key.");
  return fromFields(fields, ports);
}

export function fromHeader(header: string, clock: Clock): Credential | { problem: Problem } {
  const jwt = /^Bearer +(\S+)$/i.exec(header.trim())?.[1];
  if (jwt === undefined)
    return unauthorized("invalid_authorization", "The Authorization header is not of the form: Bearer <Vonage JWT>.");
  const parts = partsOf(jwt);
  if (parts === undefined) return unauthorized("not_a_jwt", "The bearer token is not a JWT.");
  if (parts.algorithm !== "RS256")
    return unauthorized("jwt_not_rs256", "The JWT is not signed with RS256, the one algorithm that the carrier takes.");
  const claims = readClaims(parts.claims, clock.now().getTime());
  if ("wrong" in claims) return unauthorized(...WRONG_JWT[claims.wrong]);
  const { applicationId, expiresAtMs } = claims;
  return { applicationId, evidence: { kind: "jwt", jwt, expiresAtMs }, jwtFor: async () => jwt };
}

/** Decoded, not verified. */
function partsOf(jwt: string) {
  try {
    return { algorithm: decodeProtectedHeader(jwt).alg, claims: decodeJwt(jwt) };
  } catch {
    return undefined;
  }
}

const WRONG_JWT: Readonly<Record<WrongJwt, readonly [CodeWith<401>, string]>> = {
  without_application: ["jwt_without_application", "The JWT has no application_id, or one of another form."],
  without_jti: ["jwt_without_jti", "The JWT has no jti, which the carrier requires."],
  without_iat: ["invalid_jwt_times", "The JWT has no iat, which the carrier requires."],
  times_are_no_numbers: ["invalid_jwt_times", "The JWT's iat and exp are not numbers of seconds since 1970."],
  times_in_milliseconds: [
    "invalid_jwt_times",
    "The JWT's iat or exp is in milliseconds. Both are seconds since 1970: divide them by 1000.",
  ],
  lives_too_long: ["invalid_jwt_times", "The JWT lives too long: exp may be at most 24 hours after iat."],
  expired: ["jwt_expired", "The JWT has expired."],
};

function fromFields(
  { app_id, private_key: pem }: Fields,
  { random, settings, clock }: CredentialPorts,
): Credential | { errors: readonly FieldError[] } {
  const id = ApplicationIdSchema.safeParse(app_id);
  const key = privateKeyOf(pem);
  const publicKey = key && publicHalf(key);
  const keyForm = `an RSA private key of ${SMALLEST_KEY_BITS} to ${LARGEST_KEY_BITS} bits in PEM form`;
  const errors = [
    ...(id.success ? [] : [{ field: "app_id", ...wrongOf(app_id, "the id of a Vonage application") }]),
    ...(publicKey ? [] : [{ field: "private_key", ...wrongOf(pem, keyForm) }]),
  ];
  if (!id.success || key === undefined || publicKey === undefined) return { errors };
  const applicationId = id.data;

  async function signed({ issued, expires }: { issued: number; expires: number }): Promise<string> {
    const { SignJWT } = await import("jose/jwt/sign");
    return await new SignJWT({ application_id: applicationId, acl: CALLS_ONLY })
      .setProtectedHeader({ alg: "RS256", typ: "JWT" })
      .setJti(random.uuid())
      .setIssuedAt(issued)
      .setExpirationTime(expires)
      .sign(key as KeyObject);
  }

  return {
    applicationId,
    evidence: {
      kind: "private_key",
      publicKey,
      async trial() {
        const issued = Math.floor(clock.now().getTime() / 1_000);
        const expires = issued + TRIAL_SECONDS;
        return { jwt: await signed({ issued, expires }), expiresAtMs: expires * 1_000 };
      },
    },
    async jwtFor({ startMs, expiresAt, spoken }) {
      // Issued at the start of the dial window, because a day from now might end before it.
      const issued = Math.floor(startMs / 1_000);
      const longest = Math.max(...spoken.map((one) => deadlineSeconds(one, settings)));
      const needed = Math.ceil(Date.parse(expiresAt) / 1_000 + longest);
      return await signed({ issued, expires: Math.min(needed, issued + LONGEST_LIFE_SECONDS) });
    },
  };
}

function privateKeyOf(pem: unknown): KeyObject | undefined {
  if (typeof pem !== "string") return undefined;
  try {
    // Keys from environment variables often have `\n` in place of line ends.
    const key = createPrivateKey(pem.replaceAll("\\n", "\n"));
    return isForRs256(key) ? key : undefined;
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
