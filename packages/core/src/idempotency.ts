import * as z from "zod/mini";

/** What was decided about the places of a request's calls: what is repeated must come to the same. */
export const PlacedSchema = z.object({
  fromMs: z.number(),
  lastMs: z.number(),
  callsPerSecond: z.number(),
  /** How many of the calls have a place. */
  fits: z.int(),
  /** They are given their places when their time has come. */
  isAhead: z.boolean(),
});
export type Placed = z.infer<typeof PlacedSchema>;

/** How far a request has come that names an idempotency key. */
export const AttemptSchema = z.object({
  /** Of the request's content; never the content. */
  hash: z.string(),
  /** The id of the call, or of the batch, and when it was accepted: all other ids and times follow from these. */
  id: z.uuid(),
  acceptedAt: z.iso.datetime(),
  placed: z.optional(PlacedSchema),
  isDone: z.boolean(),
  /** Whoever works on it is done by then, or dead. */
  leaseUntilMs: z.number(),
  /** The key is free again after this. */
  expiresAtMs: z.number(),
});
export type Attempt = z.infer<typeof AttemptSchema>;

/** Longer than any invocation of the api lasts. */
const LEASE_MS = 30_000;

const KEPT_MS = 24 * 3_600_000;

export type Claim =
  /** To be carried out, from where it was left. */
  | { readonly kind: "claimed"; readonly attempt: Attempt }
  | { readonly kind: "done"; readonly attempt: Attempt }
  | { readonly kind: "in_progress"; readonly retryAfterSeconds: number }
  | { readonly kind: "other_content" };

/** What a request with this key is to do, given what is on record of it. */
export function claimKey(
  known: Attempt | undefined,
  { hash, id, now }: { hash: string; id: string; now: Date },
): Claim {
  const nowMs = now.getTime();
  const leaseUntilMs = nowMs + LEASE_MS;
  const isFree = known === undefined || known.expiresAtMs <= nowMs;
  // Nothing came of it, and nobody works on it.
  const isAbandoned = !isFree && !known.isDone && known.placed === undefined && known.leaseUntilMs <= nowMs;
  if (isFree || isAbandoned) {
    const acceptedAt = now.toISOString();
    return {
      kind: "claimed",
      attempt: { hash, id, acceptedAt, isDone: false, leaseUntilMs, expiresAtMs: nowMs + KEPT_MS },
    };
  }
  if (known.hash !== hash) return { kind: "other_content" };
  if (known.isDone) return { kind: "done", attempt: known };
  if (known.leaseUntilMs > nowMs)
    return { kind: "in_progress", retryAfterSeconds: Math.ceil((known.leaseUntilMs - nowMs) / 1000) };
  return { kind: "claimed", attempt: { ...known, leaseUntilMs } };
}
