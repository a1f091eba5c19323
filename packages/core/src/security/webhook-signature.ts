import { createHash, timingSafeEqual } from "node:crypto";
import * as z from "zod/mini";
import { ApplicationIdSchema } from "./application-id.ts";
import { hmac } from "./keys.ts";

/** By the account's API key, with what the carrier signs the webhooks of its applications. */
export type SignatureSecrets = ReadonlyMap<string, Uint8Array>;

/** A webhook is sent when it is signed, and once more within seconds; clocks differ. */
const WINDOW_SECONDS = 300;

const ENTRY = /^([0-9a-z]{4,32}):(\S{4,})$/i;

/** Entries `<api key>:<signature secret>`, apart by white space. What is wrong with one is said by its place. */
export function parseSignatureSecrets(written: string): SignatureSecrets | { readonly wrong: string } {
  const entries = written.split(/\s+/).filter(Boolean);
  const read = entries.map((entry) => ENTRY.exec(entry));
  const misspelt = read.indexOf(null);
  if (misspelt >= 0) return { wrong: `entry ${misspelt + 1} is not of the form <api key>:<signature secret>` };
  return new Map(read.map((match) => [match?.[1] ?? "", new TextEncoder().encode(match?.[2])]));
}

// Made with the first: many stages have no secret to check a signature by.
const HeaderSchema = z.lazy(() => z.object({ alg: z.literal("HS256") }));
const SignedSchema = z.lazy(() =>
  z.object({
    iat: z.number(),
    api_key: z.string(),
    payload_hash: z.string(),
    application_id: z.optional(ApplicationIdSchema),
  }),
);

export interface SignedWebhook {
  readonly authorization: string | undefined;
  /** The body of a POST; of a GET the query parameters in order, as JSON without white space. */
  readonly payload: string;
  readonly nowMs: number;
}

/** Whom the carrier has signed a webhook for; or why it counts as nobody's. */
export type WebhookSigner =
  | { readonly applicationId: string | undefined }
  | { readonly wrong: "not_signed" | "unknown_account" | "bad_signature" | "too_old" | "other_payload" };

/**
 * A JWT in `Authorization`, signed with the secret of the account whose key it names; it hashes the payload
 * (https://developer.vonage.com/en/getting-started/concepts/webhooks#decoding-signed-webhooks). It names no expiry.
 */
export function webhookSigner(
  { authorization = "", payload, nowMs }: SignedWebhook,
  secrets: SignatureSecrets,
): WebhookSigner {
  const [, header = "", claims = "", signature = ""] =
    /^Bearer +([\w-]+)\.([\w-]+)\.([\w-]+)$/i.exec(authorization) ?? [];
  const signed = SignedSchema.safeParse(decoded(claims));
  if (!HeaderSchema.safeParse(decoded(header)).success || !signed.success) return { wrong: "not_signed" };
  const { iat, api_key, payload_hash, application_id } = signed.data;
  const secret = secrets.get(api_key);
  if (secret === undefined) return { wrong: "unknown_account" };
  const expected = hmac(secret).update(`${header}.${claims}`).digest();
  if (!isEqual(Buffer.from(signature, "base64url"), expected)) return { wrong: "bad_signature" };
  if (Math.abs(nowMs / 1_000 - iat) > WINDOW_SECONDS) return { wrong: "too_old" };
  const hash = createHash("sha256").update(payload).digest("hex");
  if (!isEqual(Buffer.from(payload_hash.toLowerCase()), Buffer.from(hash))) return { wrong: "other_payload" };
  return { applicationId: application_id };
}

function decoded(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, "base64url").toString());
  } catch {
    return undefined;
  }
}

function isEqual(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}
