import * as z from "zod/mini";

/** The dial slots that were decided for a request. A repetition must get the same ones. */
export const DialSlotsSchema = z.object({
  fromMs: z.number(),
  lastMs: z.number(),
  callsPerSecond: z.number(),
  /** How many calls got a slot. */
  fits: z.int(),
  /** They are for a later time (`send_at`). */
  isAhead: z.boolean(),
  /** The places of the calls that the guard refused, by why. The others are those that may get a slot. */
  refused: z.optional(z.record(z.string(), z.array(z.int()))),
});
export type DialSlots = z.infer<typeof DialSlotsSchema>;

/** The idempotency record: how far a request with an Idempotency-Key has come. */
export const IdempotencyRecordSchema = z.object({
  /** Of the request's content; never the content. */
  hash: z.string(),
  /** The id of the call or batch, and when it was accepted. All other ids and times derive from these. */
  id: z.uuid(),
  acceptedAt: z.iso.datetime(),
  placed: z.optional(DialSlotsSchema),
  isDone: z.boolean(),
  /** Until when another invocation may be working on it. */
  leaseUntilMs: z.number(),
  /** When the key may be used anew. */
  expiresAtMs: z.number(),
});
export type IdempotencyRecord = z.infer<typeof IdempotencyRecordSchema>;

/** Longer than any invocation of the api. */
const LEASE_MS = 30_000;

const KEPT_MS = 24 * 3_600_000;

export type IdempotencyDecision =
  /** To be carried out, or continued. */
  | { readonly kind: "claimed"; readonly record: IdempotencyRecord }
  | { readonly kind: "done"; readonly record: IdempotencyRecord }
  | { readonly kind: "in_progress"; readonly retryAfterSeconds: number }
  | { readonly kind: "other_content" };

/** Decides what a request with this key may do, from its idempotency record. */
export function decideIdempotency(
  known: IdempotencyRecord | undefined,
  { hash, id, now }: { hash: string; id: string; now: Date },
): IdempotencyDecision {
  const nowMs = now.getTime();
  const leaseUntilMs = nowMs + LEASE_MS;
  const isFree = known === undefined || known.expiresAtMs <= nowMs;
  // It decided nothing, and nobody works on it.
  const isAbandoned = !isFree && !known.isDone && known.placed === undefined && known.leaseUntilMs <= nowMs;
  if (isFree || isAbandoned) {
    const acceptedAt = now.toISOString();
    return {
      kind: "claimed",
      record: { hash, id, acceptedAt, isDone: false, leaseUntilMs, expiresAtMs: nowMs + KEPT_MS },
    };
  }
  if (known.hash !== hash) return { kind: "other_content" };
  if (known.isDone) return { kind: "done", record: known };
  if (known.leaseUntilMs > nowMs)
    return { kind: "in_progress", retryAfterSeconds: Math.ceil((known.leaseUntilMs - nowMs) / 1000) };
  return { kind: "claimed", record: { ...known, leaseUntilMs } };
}
