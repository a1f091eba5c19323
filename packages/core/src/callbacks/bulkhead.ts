import { createHash } from "node:crypto";

/** How many invocations may wait for one application's slow server at the same time. */
export const PERMITS = 3;

/** How many of all applications may wait for one host: more than one of them takes, and few of those that a stage runs. */
export const PERMITS_OF_HOST = 4;

/** Where few invocations deliver results, one is left for other hosts, and if possible one for other applications. */
function permitsOf(concurrency: number): { readonly own: number; readonly host: number } {
  const host = Math.min(PERMITS_OF_HOST, concurrency - 1);
  return { own: Math.max(1, Math.min(PERMITS, host - 1)), host };
}

/** An answer that takes longer is slow; so is a receiver whose permits are all held for longer. */
export const SLOW_AFTER_MS = 500;

/** A permit is free again after this. Longer than any invocation, so only a crashed holder loses it. */
export const LONGEST_HOLD_MS = 60_000;

/** When each permit was acquired, epoch ms; free ones may be missing. */
export type TakenPermits = Readonly<Record<string, number | undefined>>;

export type Admission =
  | { readonly kind: "permit"; readonly permit: string }
  /** All permits are held, some only just: try again in a moment. */
  | { readonly kind: "busy" }
  | { readonly kind: "slow" };

/** Whether one more invocation may wait for this receiver. */
export function admit(given: { taken: TakenPermits; nowMs: number; permits: number }): Admission {
  const { taken, nowMs, permits } = given;
  const names = Array.from({ length: permits }, (_, index) => `p${index + 1}`);
  const ages = names.map((permit) => ({ permit, ageMs: nowMs - (taken[permit] ?? Number.NEGATIVE_INFINITY) }));
  const free = ages.find(({ ageMs }) => ageMs > LONGEST_HOLD_MS);
  if (free !== undefined) return { kind: "permit", permit: free.permit };
  return { kind: ages.every(({ ageMs }) => ageMs > SLOW_AFTER_MS) ? "slow" : "busy" };
}

/** A bulkhead, and how many permits it has. */
export interface Receiver {
  readonly id: string;
  readonly permits: number;
}

/** What a result has to pass: the bulkhead of its application's server, and that of the host, whoever sends there. */
export function receiversOf({
  applicationId,
  url,
  concurrency,
}: {
  applicationId: string;
  url: string;
  /** How many invocations deliver results just in. */
  concurrency: number;
}): readonly Receiver[] {
  const { host, hostname } = new URL(url);
  const permits = permitsOf(concurrency);
  return [
    { id: hashed([applicationId, host]), permits: permits.own },
    { id: hashed([hostname.replace(/\.$/, "")]), permits: permits.host },
  ];
}

/** An application's receiver: what its failures are counted by, and its host. */
export function receiverOf({ applicationId, url }: { applicationId: string; url: string }): {
  id: string;
  host: string;
} {
  const host = new URL(url).hostname;
  return { id: hashed([applicationId, host, "streak"]), host };
}

/** Hashed, because each part may be long. */
function hashed(parts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("base64url");
}
