import { nextDelaySeconds } from "./callback-schedule.ts";
import type { CallbackAttempt } from "./records/callback.ts";

export type NextStep =
  | { readonly kind: "delivered" }
  | { readonly kind: "retry"; readonly delaySeconds: number }
  | { readonly kind: "park"; readonly why: string };

const GONE = 410;

/** 2xx is success, 410 asks for no more, and anything else, a redirect included, is tried again while there is a try left. */
export function afterAttempt({
  made,
  delaysSeconds,
  random,
}: {
  made: CallbackAttempt;
  delaysSeconds: readonly number[];
  random: number;
}): NextStep {
  const { attempt, answer, retryAfterSeconds } = made;
  if (isDelivery(made)) return { kind: "delivered" };
  if (answer === GONE) return { kind: "park", why: "the receiver answered 410" };
  const delaySeconds = nextDelaySeconds({ attempt, delaysSeconds, retryAfterSeconds, random });
  if (delaySeconds === undefined) return { kind: "park", why: `attempt ${attempt}, the last one, ended in ${answer}` };
  return { kind: "retry", delaySeconds };
}

/** 2xx, and nothing else. */
export function isDelivery({ answer }: Pick<CallbackAttempt, "answer">): boolean {
  return typeof answer === "number" && answer >= 200 && answer < 300;
}
