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
  /** Of the request; never the request. */
  hash: z.string(),
  /** The id of the key it was made with; absent from records of before, which have a plain hash of the body. */
  hashKeyId: z.exactOptional(z.string()),
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

/** How long a key is remembered: one that the customer chose, and one that is made of a batch's content. */
export const KEPT_MS = { chosen: 24 * 3_600_000, ofContent: 3_600_000 };

export type IdempotencyDecision =
  /** To be carried out, or continued. */
  | { readonly kind: "claimed"; readonly record: IdempotencyRecord }
  | { readonly kind: "done"; readonly record: IdempotencyRecord }
  | { readonly kind: "in_progress"; readonly retryAfterSeconds: number }
  | { readonly kind: "other_content" };

interface Begun extends Pick<IdempotencyRecord, "hash" | "hashKeyId" | "id"> {
  readonly now: Date;
  /** Whether the record is of this very request, where its hash was made with another key. */
  readonly isSame?: boolean;
  readonly keptMs?: number;
}

/** Decides what a request with this key may do, from its idempotency record. */
export function decideIdempotency(known: IdempotencyRecord | undefined, begun: Begun): IdempotencyDecision {
  const { now, isSame = known?.hash === begun.hash, keptMs = KEPT_MS.chosen, ...named } = begun;
  const nowMs = now.getTime();
  const leaseUntilMs = nowMs + LEASE_MS;
  const isFree = known === undefined || known.expiresAtMs <= nowMs;
  // It decided nothing, and nobody works on it.
  const isAbandoned = !isFree && !known.isDone && known.placed === undefined && known.leaseUntilMs <= nowMs;
  if (isFree || isAbandoned) {
    const acceptedAt = now.toISOString();
    return {
      kind: "claimed",
      record: { ...named, acceptedAt, isDone: false, leaseUntilMs, expiresAtMs: nowMs + keptMs },
    };
  }
  if (!isSame) return { kind: "other_content" };
  if (known.isDone) return { kind: "done", record: known };
  if (known.leaseUntilMs > nowMs)
    return { kind: "in_progress", retryAfterSeconds: Math.ceil((known.leaseUntilMs - nowMs) / 1000) };
  return { kind: "claimed", record: { ...known, leaseUntilMs } };
}
