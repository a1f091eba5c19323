import { ADDRESS_NOT_ALLOWED } from "@promptcall/core/callbacks/callback";
import { callbackRequest, callbackSecret } from "@promptcall/core/callbacks/callback-request";
import { secretFrom } from "@promptcall/core/contracts/own-secret";
import { isNamedHost } from "@promptcall/core/contracts/receiver";
import type { DeliveryAttempt, DeliveryTry } from "@promptcall/core/contracts/records/callback";
import type { Keys } from "@promptcall/core/security/keys";
import { openReceiver } from "../calls/confidential-receiver.ts";
import type { Applications } from "../ports/applications.ts";
import type { BulkheadPermit } from "../ports/bulkhead.ts";
import type { CallbackAnswer, CallbackSender } from "../ports/callback-sender.ts";
import type { Clock } from "../ports/clock.ts";
import type { Seal } from "../ports/seal.ts";
import type { Deliverable } from "./deliverable.ts";

export interface AttemptPorts {
  readonly sender: CallbackSender;
  /** It may have named the hosts of its receivers since the call was accepted. */
  readonly applications: Pick<Applications, "read">;
  readonly clock: Clock;
  readonly keys: Keys;
  /** Opens what was given for a receiver alone. */
  readonly receiverSeal: Pick<Seal, "open">;
}

/** Asks the receiver to take a result, where it may be asked. */
export async function attemptDelivery(
  { deliverable, attempt, whenSlow }: { deliverable: Deliverable; attempt: number; whenSlow?: BulkheadPermit["hold"] },
  ports: AttemptPorts,
): Promise<DeliveryAttempt | "slow"> {
  const now = ports.clock.now();
  const { callback, content, subject, applicationId } = deliverable;
  const { callbackHosts: hosts } = await ports.applications.read(applicationId, { mayBeBehind: true });
  if (hosts !== undefined && !isNamedHost(new URL(callback.url), hosts))
    return { attempt, at: now.toISOString(), answer: ADDRESS_NOT_ALLOWED, durationMs: 0 };
  const { basic, secret } = await openReceiver({ sealed: callback.sealed, id: subject.id }, ports);
  const secrets = secret === undefined ? secretsOf(deliverable, ports) : [secretFrom(secret)];
  const request = callbackRequest({ callback, content, secrets, basic, now });
  const answer = await ports.sender.send(request, { burst: attempt === 1, whenSlow });
  if (answer === "given_up") return "slow";
  const { earlier = [], ...last } = answer;
  const earlierTries = earlier.map((one) => tryOf(one, now));
  return { attempt, ...tryOf(last, now), ...(earlierTries.length > 0 && { earlierTries }) };
}

/** What the application's results are signed with; nothing where nobody has proven that this is one of them. */
function secretsOf({ applicationId, isUnproven }: Deliverable, { keys }: AttemptPorts): readonly Buffer[] {
  return isUnproven ? [] : keys.map((key) => callbackSecret({ key, applicationId }));
}

function tryOf(answer: CallbackAnswer, start: Date): DeliveryTry {
  const { durationMs, afterMs = 0 } = answer;
  const at = new Date(start.getTime() + afterMs).toISOString();
  if ("failure" in answer) return { at, answer: answer.failure, durationMs };
  const { httpStatus, retryAfterSeconds } = answer;
  return { at, answer: httpStatus, durationMs, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) };
}
