import * as z from "zod/mini";
import { ApplicationIdSchema } from "./application-id.ts";

/** The carrier takes no JWT that lives longer (https://developer.vonage.com/en/getting-started/concepts/authentication). */
export const LONGEST_LIFE_SECONDS = 24 * 3_600;

/** How long the carrier takes a JWT that names no expiry. */
export const DEFAULT_LIFE_SECONDS = 900;

/** In seconds this is the year 5138; in milliseconds it was 1973. */
const NO_SECONDS = 100_000_000_000;

const ClaimsSchema = z.object({
  application_id: z.optional(z.unknown()),
  jti: z.optional(z.unknown()),
  iat: z.optional(z.unknown()),
  exp: z.optional(z.unknown()),
});

/** What a JWT says of itself, in our form. */
export interface JwtClaims {
  readonly applicationId: string;
  /** Epoch ms. */
  readonly expiresAtMs: number;
}

export type WrongJwt =
  | "without_application"
  | "without_jti"
  | "without_iat"
  | "times_are_no_numbers"
  | "times_in_milliseconds"
  | "lives_too_long"
  | "expired";

/** What the carrier would refuse in these claims is refused here, before anybody is asked. */
export function readClaims(claims: unknown, nowMs: number): JwtClaims | { readonly wrong: WrongJwt } {
  const parsed = ClaimsSchema.safeParse(claims);
  if (!parsed.success) return { wrong: "without_application" };
  const { application_id, jti, iat, exp } = parsed.data;
  const applicationId = ApplicationIdSchema.safeParse(application_id);
  if (!applicationId.success) return { wrong: "without_application" };
  if (iat === undefined) return { wrong: "without_iat" };
  if (typeof iat !== "number" || (exp !== undefined && typeof exp !== "number"))
    return { wrong: "times_are_no_numbers" };
  const expiry = exp ?? iat + DEFAULT_LIFE_SECONDS;
  if (Math.max(iat, expiry) >= NO_SECONDS) return { wrong: "times_in_milliseconds" };
  if (expiry - iat > LONGEST_LIFE_SECONDS) return { wrong: "lives_too_long" };
  if (expiry * 1_000 <= nowMs) return { wrong: "expired" };
  if (typeof jti !== "string" || jti === "") return { wrong: "without_jti" };
  return { applicationId: applicationId.data, expiresAtMs: expiry * 1_000 };
}
