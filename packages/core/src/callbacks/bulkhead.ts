import { createHash } from "node:crypto";

/** How many invocations may wait for one slow receiver at the same time. */
export const PERMITS = 3;

/** An answer that takes longer is slow; so is a receiver whose permits are all held for longer. */
export const SLOW_AFTER_MS = 1_000;

/** A permit is free again after this. Longer than any invocation, so only a crashed holder loses it. */
export const LONGEST_HOLD_MS = 60_000;

/** When each permit was acquired, epoch ms; free ones may be missing. */
export type TakenPermits = Readonly<Record<string, number | undefined>>;

export type Admission =
  | { readonly kind: "permit"; readonly permit: string }
  /** All permits are held, some only just: try again in a moment. */
  | { readonly kind: "busy" }
  | { readonly kind: "slow" };

const NAMES = Array.from({ length: PERMITS }, (_, index) => `p${index + 1}`);

/** Whether one more invocation may wait for this receiver. */
export function admit({ taken, nowMs }: { taken: TakenPermits; nowMs: number }): Admission {
  const ages = NAMES.map((permit) => ({ permit, ageMs: nowMs - (taken[permit] ?? Number.NEGATIVE_INFINITY) }));
  const free = ages.find(({ ageMs }) => ageMs > LONGEST_HOLD_MS);
  if (free !== undefined) return { kind: "permit", permit: free.permit };
  return { kind: ages.every(({ ageMs }) => ageMs > SLOW_AFTER_MS) ? "slow" : "busy" };
}

/** Identifies one application's server. Hashed, because either part may be long. */
export function receiverOf({ applicationId, url }: { applicationId: string; url: string }): string {
  const parts = JSON.stringify([applicationId, new URL(url).host]);
  return createHash("sha256").update(parts).digest("base64url");
}
