import type { DeliveryAttempt } from "../contracts/records/callback.ts";
import { nextDelaySeconds } from "./callback-schedule.ts";

export type NextStep =
  | { readonly kind: "delivered" }
  | { readonly kind: "retry"; readonly delaySeconds: number }
  | { readonly kind: "park"; readonly why: string };

const GONE = 410;

/** Why nothing was sent: the receiver is at an address that is not of the internet at large. */
export const ADDRESS_NOT_ALLOWED = "address_not_allowed";

/**
 * 2xx is success, 410 and an address that is not allowed stop all attempts, and anything else (redirects included) is
 * retried while the schedule lasts.
 */
export function afterAttempt({
  made,
  delaysSeconds,
  random,
}: {
  made: DeliveryAttempt;
  delaysSeconds: readonly number[];
  random: number;
}): NextStep {
  const { attempt, answer, retryAfterSeconds } = made;
  if (isDelivery(made)) return { kind: "delivered" };
  if (answer === GONE) return { kind: "park", why: "the receiver answered 410" };
  if (answer === ADDRESS_NOT_ALLOWED) return { kind: "park", why: "the receiver's address is not allowed" };
  const delaySeconds = nextDelaySeconds({ attempt, delaysSeconds, retryAfterSeconds, random });
  if (delaySeconds === undefined) return { kind: "park", why: `attempt ${attempt}, the last one, ended in ${answer}` };
  return { kind: "retry", delaySeconds };
}

/**
 * What a customer reads of an attempt. Which of the ways to fail it was says more of networks than of the receiver:
 * codes of the system stay in the record.
 */
export function outcomeOfAttempt({ answer }: Pick<DeliveryAttempt, "answer">): string {
  if (typeof answer === "number") return `http_${answer}`;
  return answer === "timeout" ? answer : "unreachable";
}

/** 2xx, and nothing else. */
export function isDelivery({ answer }: Pick<DeliveryAttempt, "answer">): boolean {
  return typeof answer === "number" && answer >= 200 && answer < 300;
}
