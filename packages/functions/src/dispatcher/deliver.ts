import { afterAttempt, type CallbackAttempt, type NextStep } from "@promptcall/core/callback";
import { callbackRequest, callbackSecret } from "@promptcall/core/callback-request";
import { CallCompleted, DeliveredEventSchema, type Event } from "@promptcall/core/events";
import { type CallbackMessage, CallbackMessageSchema, type ParkedMessage } from "@promptcall/core/messages";
import type { Settings } from "@promptcall/core/settings";
import type { CallSpec } from "@promptcall/core/spec";
import * as z from "zod/mini";
import { UnknownCallError } from "../errors.ts";
import type { Bus, CallbackSender, CallbackStore, CallStore, Chance, Clock, Queue, Told } from "../ports.ts";

/** A result just in from the bus, or one of our own messages to try it once more. */
export const DeliverySchema = z.union([
  CallbackMessageSchema,
  z.pipe(
    z.pipe(DeliveredEventSchema, CallCompleted),
    z.transform(
      ({ metadata }): CallbackMessage => ({
        v: 1,
        type: "callback",
        tid: metadata.tid,
        attempt: 1,
        not_before: metadata.time,
      }),
    ),
  ),
]);

export interface DispatcherPorts {
  readonly calls: CallStore;
  readonly deliveries: CallbackStore;
  readonly bus: Bus;
  readonly callbacks: Queue<CallbackMessage>;
  readonly parked: Queue<ParkedMessage>;
  readonly sender: CallbackSender;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly key: Uint8Array;
  readonly settings: Settings["callback"];
}

/**
 * Makes one attempt to deliver a result, keeps it on the record, and does what follows. A message that is delivered
 * again finds its attempt on the record and only does what follows, so no step is lost and none is taken for another.
 */
export function dispatcher(ports: DispatcherPorts) {
  return async (message: CallbackMessage): Promise<Told> => {
    const { tid, attempt } = message;
    const [spec, record] = await Promise.all([ports.calls.spec(tid), ports.deliveries.read(tid)]);
    if (spec === undefined) throw new UnknownCallError(tid);
    const recorded = record.attempts.find((earlier) => earlier.attempt === attempt);
    if (recorded === undefined && record.state !== "pending") return { event: "callback.repeated", tid, attempt };

    const made = recorded ?? (await attemptDelivery({ spec, attempt }, ports));
    const next = afterAttempt({ made, delaysSeconds: ports.settings.delaysSeconds, random: ports.chance.random() });
    if (recorded === undefined) await ports.deliveries.add(tid, made, stateAfter(next));
    await follow({ next, made, spec }, ports);
    return { event: `callback.${next.kind}`, tid, attempt, answer: made.answer, ms: Math.round(made.durationMs) };
  };
}

async function attemptDelivery(
  { spec, attempt }: { spec: CallSpec; attempt: number },
  { calls, sender, clock, key }: DispatcherPorts,
): Promise<CallbackAttempt> {
  const stored = await calls.state(spec.tid);
  if (stored?.call.phase !== "completed") throw new UnknownCallError(spec.tid);
  const now = clock.now();
  const result = { tid: spec.tid, to: spec.to, outcome: stored.call.outcome };
  const secret = callbackSecret({ key, applicationId: spec.applicationId });
  const answer = await sender.send(callbackRequest({ callback: spec.callback, result, secret, now }));
  const { durationMs } = answer;
  const at = now.toISOString();
  if ("failure" in answer) return { attempt, at, answer: answer.failure, durationMs };
  const { httpStatus, retryAfterSeconds } = answer;
  return { attempt, at, answer: httpStatus, durationMs, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) };
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
  { bus, callbacks, parked, clock }: DispatcherPorts,
): Promise<void> {
  const { tid } = spec;
  const { attempt, at: time } = made;
  const metadata = (id: string): Event["metadata"] => ({
    id: `${id}_${tid}`,
    version: 1,
    tid,
    application_id: spec.applicationId,
    time,
  });
  switch (next.kind) {
    case "delivered": {
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
        { type: "callback.parked", metadata: metadata("parked"), data: { attempts: attempt, why: next.why } },
      ]);
    default:
      return next satisfies never;
  }
}
