import { createHash } from "node:crypto";

/** How many invocations may wait for a slow answer of one receiver at the same time. */
export const PLACES = 3;

/** An answer that takes longer than this is slow; and so is a receiver all of whose places are taken for longer. */
export const SLOW_AFTER_MS = 1_000;

/** A place is free again after this, whoever took it: longer than any invocation lasts, for those that crashed. */
export const HELD_AT_MOST_MS = 60_000;

/** When each place was taken, in ms since 1970; those that are free may be missing. */
export type Taken = Readonly<Record<string, number | undefined>>;

export type Admission =
  | { readonly kind: "place"; readonly place: string }
  /** Every place is taken, some of them only just: worth another look in a moment. */
  | { readonly kind: "busy" }
  | { readonly kind: "slow" };

const NAMES = Array.from({ length: PLACES }, (_, index) => `p${index + 1}`);

/** Whether there is room for one more to wait for this receiver. */
export function admit({ taken, nowMs }: { taken: Taken; nowMs: number }): Admission {
  const ages = NAMES.map((place) => ({ place, ageMs: nowMs - (taken[place] ?? Number.NEGATIVE_INFINITY) }));
  const free = ages.find(({ ageMs }) => ageMs > HELD_AT_MOST_MS);
  if (free !== undefined) return { kind: "place", place: free.place };
  return { kind: ages.every(({ ageMs }) => ageMs > SLOW_AFTER_MS) ? "slow" : "busy" };
}

/** One application's server. Hashed, because either part may be of any length. */
export function receiverOf({ applicationId, url }: { applicationId: string; url: string }): string {
  const parts = JSON.stringify([applicationId, new URL(url).host]);
  return createHash("sha256").update(parts).digest("base64url");
}
