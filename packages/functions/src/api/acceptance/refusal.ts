import type { Refusal } from "@promptcall/core/acceptance/acceptance";
import { MOST_BATCHES_OF_LOOP } from "@promptcall/core/dialing/loop";
import type { Problem } from "../../http/problem.ts";

/** Why calls are not accepted now, and what would have to be otherwise. */
export function refusalOf(refusal: Refusal, { count }: { count: number }): Problem {
  const headers = { "retry-after": String(refusal.retryAfterSeconds) };
  switch (refusal.kind) {
    case "too_late": {
      const { firstMs, lastMs, callsPerSecond, fits, expiresInNeededSeconds } = refusal;
      return {
        status: 429,
        code: "too_late",
        detail: `At ${callsPerSecond} calls a second, and with what is queued already, the last of ${count} call(s) would be dialed ${expiresInNeededSeconds} s from its start. Send a credential that lives and an expires_in that lasts so long, fewer calls, or try again later.`,
        more: {
          calls_per_second: callsPerSecond,
          first_dial_at: new Date(firstMs).toISOString(),
          last_dial_at: new Date(lastMs).toISOString(),
          expires_in_needed: expiresInNeededSeconds,
          calls_that_fit: fits,
        },
        headers,
      };
    }
    case "too_many_batches":
      return {
        status: 429,
        code: "too_many_batches",
        detail: `${MOST_BATCHES_OF_LOOP} batches are under way. Send this one when one of them is over.`,
        headers,
      };
    default:
      return refusal satisfies never;
  }
}

/** A request that was begun before and came to no end, and is repeated after its time. */
export function noLongerDialed({ acceptedAt, expiresAt }: { acceptedAt: string; expiresAt: string }): Problem {
  return {
    status: 409,
    code: "no_longer_dialed",
    detail: `This is the request of ${acceptedAt}, whose calls were to be dialed before ${expiresAt}. Those that were dialed have had their results; no more are. Send it with a new Idempotency-Key, or a batch with repeat=true, to have it done again.`,
  };
}
