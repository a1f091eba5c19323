import type { Completed } from "@promptcall/core/call";
import { afterAttempt, type CallbackAttempt, type CallbackTry, type NextStep } from "@promptcall/core/callback";
import { callbackRequest, callbackSecret } from "@promptcall/core/callback-request";
import { CallCompleted, DeliveredEventSchema, type Event } from "@promptcall/core/events";
import type { Keys } from "@promptcall/core/keys";
import { type CallbackMessage, CallbackMessageSchema, type ParkedMessage } from "@promptcall/core/messages";
import { receiverOf } from "@promptcall/core/receiver-places";
import type { Settings } from "@promptcall/core/settings";
import type { CallSpec } from "@promptcall/core/spec";
import * as z from "zod/mini";
import { UnknownCallError } from "../errors.ts";
import type {
  Bus,
  CallbackAnswer,
  CallbackSender,
  CallbackStore,
  CallStore,
  Chance,
  Clock,
  Queue,
  Receivers,
  Told,
  Visit,
} from "../ports.ts";

/** A result just in from the bus, or one of our own messages to try it once more. */
export const DeliverySchema = z.union([
  CallbackMessageSchema,
  z.pipe(
    z.pipe(DeliveredEventSchema, CallCompleted),
    z.transform(({ metadata: { tid } }): CallbackMessage => ({ v: 1, type: "callback", tid, attempt: 1 })),
  ),
]);

export interface DispatcherPorts {
  readonly calls: Pick<CallStore, "spec" | "state">;
  readonly deliveries: CallbackStore;
  readonly bus: Bus;
  /** Takes every attempt after the first. */
  readonly callbacks: Queue<CallbackMessage>;
  readonly parked: Queue<ParkedMessage>;
  readonly sender: CallbackSender;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly keys: Keys;
  readonly settings: Settings["callback"];
  readonly verboseEvents: boolean;
  /** Where first attempts are kept from waiting behind a slow receiver: without it, every receiver has all the room. */
  readonly admission?: { readonly receivers: Receivers; readonly again: Queue<CallbackMessage> };
}

/** When to look again for a place with a receiver that has none at the moment. */
const BUSY_SECONDS = 1;

/**
 * Makes one attempt to deliver a result, keeps it on the record, and does what follows. A message that is delivered
 * again finds its attempt on the record and only does what follows, so no step is lost and none is taken for another.
 * Only what was delivered is final: a parked result may be sent again.
 */
export function dispatcher(ports: DispatcherPorts) {
  return async (message: CallbackMessage): Promise<Told> => {
    const { tid, attempt } = message;
    const [spec, call, record] = await Promise.all([
      ports.calls.spec(tid),
      completedCall(tid, ports),
      ports.deliveries.read(tid),
    ]);
    if (spec === undefined) throw new UnknownCallError(tid);
    const recorded = record.attempts.findLast((earlier) => earlier.attempt === attempt);
    const isPast = record.attempts.some((other) => other.attempt > attempt);
    if (isPast || (recorded === undefined && record.state === "delivered"))
      return { event: "callback.repeated", tid, attempt };

    const made = recorded ?? (await admitted({ spec, call, message }, ports));
    if (made === "busy" || made === "slow") return { event: `callback.receiver_${made}`, tid, attempt };
    const next = afterAttempt({ made, delaysSeconds: ports.settings.delaysSeconds, random: ports.chance.random() });
    const { state } = recorded ? record : await ports.deliveries.add(tid, made, stateAfter(next));
    // A copy of this attempt got it through meanwhile: nothing follows from this one.
    if (state === "delivered" && next.kind !== "delivered") return { event: "callback.repeated", tid, attempt };
    await follow({ next, made, spec }, ports);
    return {
      event: `callback.${next.kind}`,
      tid,
      attempt,
      answer: made.answer,
      ms: Math.round(made.durationMs),
      age_seconds: (Date.parse(made.at) + made.durationMs - Date.parse(call.completedAt)) / 1000,
    };
  };
}

async function completedCall(tid: string, { calls }: DispatcherPorts): Promise<Completed> {
  const stored = await calls.state(tid);
  if (stored?.call.phase !== "completed") throw new UnknownCallError(tid);
  return stored.call;
}

/** The attempt; or why it was not made now, with the message sent on to where it waits for nobody else. */
async function admitted(
  { spec, call, message }: { spec: CallSpec; call: Completed; message: CallbackMessage },
  ports: DispatcherPorts,
): Promise<CallbackAttempt | "busy" | "slow"> {
  const { tid, attempt } = message;
  if (ports.admission === undefined) return await attemptDelivery({ spec, call, attempt }, ports);
  const { receivers, again } = ports.admission;
  const visit = await receivers.enter(receiverOf({ applicationId: spec.applicationId, url: spec.callback.url }));
  if (visit === "busy") {
    const notBefore = new Date(ports.clock.now().getTime() + BUSY_SECONDS * 1000);
    await again.send({ v: 1, type: "callback", tid, attempt, not_before: notBefore.toISOString() });
    return visit;
  }
  const made =
    visit === "slow"
      ? visit
      : await attemptDelivery({ spec, call, attempt, whenSlow: visit.stay }, ports).finally(visit.leave);
  if (made === "slow") await ports.callbacks.send(message);
  return made;
}

async function attemptDelivery(
  { spec, call, attempt, whenSlow }: { spec: CallSpec; call: Completed; attempt: number; whenSlow?: Visit["stay"] },
  { sender, clock, keys }: DispatcherPorts,
): Promise<CallbackAttempt | "slow"> {
  const now = clock.now();
  const result = { tid: spec.tid, to: spec.to, outcome: call.outcome, reference: spec.reference };
  const secrets = keys.map((key) => callbackSecret({ key, applicationId: spec.applicationId }));
  const request = callbackRequest({ callback: spec.callback, result, secrets, now });
  const answer = await sender.send(request, { burst: attempt === 1, whenSlow });
  if (answer === "given_up") return "slow";
  const { earlier = [], ...last } = answer;
  const earlierTries = earlier.map((one) => tryOf(one, now));
  return { attempt, ...tryOf(last, now), ...(earlierTries.length > 0 && { earlierTries }) };
}

function tryOf(answer: CallbackAnswer, start: Date): CallbackTry {
  const { durationMs, afterMs = 0 } = answer;
  const at = new Date(start.getTime() + afterMs).toISOString();
  if ("failure" in answer) return { at, answer: answer.failure, durationMs };
  const { httpStatus, retryAfterSeconds } = answer;
  return { at, answer: httpStatus, durationMs, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) };
}

function stateAfter(next: NextStep) {
  switch (next.kind) {
    case "delivered":
      return "delivered";
    case "retry":
      return "pending";
    case "park":
      return "parked";
    default:
      return next satisfies never;
  }
}

async function follow(
  { next, made, spec }: { next: NextStep; made: CallbackAttempt; spec: CallSpec },
  { bus, callbacks, parked, clock, verboseEvents }: DispatcherPorts,
): Promise<void> {
  const { tid } = spec;
  const { attempt, at: time } = made;
  const metadata = (id: string): Event["metadata"] => ({
    id: `${id}_${tid}`,
    version: 1,
    tid,
    application_id: spec.applicationId,
    batch_id: spec.batch?.id,
    time,
  });
  switch (next.kind) {
    case "delivered": {
      if (!verboseEvents) return;
      const data = { attempt, http_status: Number(made.answer), duration_ms: made.durationMs };
      return bus.publish([{ type: "callback.delivered", metadata: metadata("delivered"), data }]);
    }
    case "retry": {
      const not_before = new Date(clock.now().getTime() + next.delaySeconds * 1000).toISOString();
      return callbacks.send({ v: 1, type: "callback", tid, attempt: attempt + 1, not_before });
    }
    case "park":
      await parked.send({ v: 1, type: "parked", tid, attempts: attempt, why: next.why });
      return bus.publish([
        {
          type: "callback.parked",
          metadata: metadata(`parked_${attempt}`),
          data: { attempts: attempt, why: next.why },
        },
      ]);
    default:
      return next satisfies never;
  }
}
