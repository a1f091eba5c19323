import type { DeliveryMessage } from "@promptcall/core/contracts/delivery-messages";
import type { Clock } from "../../ports/clock.ts";
import type { Queue } from "../../ports/queue.ts";

export interface SendAgainPorts {
  /** The queue of later attempts. */
  readonly callbacks: Queue<DeliveryMessage>;
  readonly clock: Clock;
}

/** Has the result of a call delivered once more, under the same `webhook-id`. Asked for twice at once, it is sent once. */
export async function sendAgain(
  { tid, attempts }: { tid: string; attempts: readonly { readonly attempt: number }[] },
  { callbacks, clock }: SendAgainPorts,
): Promise<void> {
  const attempt = Math.max(0, ...attempts.map((made) => made.attempt)) + 1;
  await callbacks.send({
    v: 1,
    type: "callback",
    tid,
    attempt,
    replay: true,
    not_before: clock.now().toISOString(),
  });
}
