import type { Kind } from "../contracts/guard.ts";
import type { Guard } from "../contracts/settings/guard.ts";
import { microsOf } from "./money.ts";
import { beginsWithOne } from "./prefixes.ts";

/** Why a call is not made, whoever asks for it and whenever. */
export const FORBIDDEN = [
  "destination_denied",
  "destination_not_allowed",
  "premium_destination",
  "satellite_destination",
] as const;
/** Why it is not made now. */
export const NOT_NOW = ["destination_suspended", "destination_limit"] as const;

/** `do_not_call` is what the application says of itself. */
export type Refused = "do_not_call" | (typeof FORBIDDEN)[number] | (typeof NOT_NOW)[number];

export interface Callee {
  /** E.164, without `+`. */
  readonly digits: string;
  readonly kind: Kind | undefined;
}

/** Whether such a number may be called at all. */
export function forbidden({ digits, kind }: Callee, policy: Guard): (typeof FORBIDDEN)[number] | undefined {
  const { allowedPrefixes, deniedPrefixes = [], deniedKinds } = policy;
  if (beginsWithOne(digits, deniedPrefixes)) return "destination_denied";
  if (allowedPrefixes !== undefined && !beginsWithOne(digits, allowedPrefixes)) return "destination_not_allowed";
  if (kind === undefined || !deniedKinds.includes(kind)) return undefined;
  switch (kind) {
    case "premium":
      return "premium_destination";
    case "satellite":
      return "satellite_destination";
    default:
      return kind satisfies never;
  }
}

/** What a request may cost: the least of what its sender and its operator allow. Undefined where neither says. */
export function mostMicros({ asked, policy }: { asked: string | undefined; policy: Guard }): number | undefined {
  const limits = [asked, policy.maxPrice].filter((limit) => limit !== undefined).map(microsOf);
  return limits.length === 0 ? undefined : Math.min(...limits);
}
