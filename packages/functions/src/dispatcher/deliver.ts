import { receiversOf } from "@promptcall/core/callbacks/bulkhead";
import { afterAttempt, isDelivery, type NextStep } from "@promptcall/core/callbacks/callback";
import { DeliveredBatchEventSchema } from "@promptcall/core/contracts/batch-event";
import { DeliveredResultSchema } from "@promptcall/core/contracts/completed-event";
import {
  BatchCallbackMessageSchema,
  CallbackMessageSchema,
  type DeliveryMessage,
  type ParkedBatchMessage,
  type ParkedMessage,
} from "@promptcall/core/contracts/delivery-messages";
import type { Event } from "@promptcall/core/contracts/events";
import { eventIds } from "@promptcall/core/contracts/ids";
import type { DeliveryAttempt } from "@promptcall/core/contracts/records/callback";
import type { Settings } from "@promptcall/core/contracts/settings";
import * as z from "zod/mini";
import { type EraseDigitsPorts, eraseDigits, parkDigits } from "../calls/captured-digits.ts";
import { acquireAll } from "../messages/acquire-all.ts";
import type { Bulkhead } from "../ports/bulkhead.ts";
import type { CallbackStore } from "../ports/callback-store.ts";
import type { Clock } from "../ports/clock.ts";
import type { LogRecord } from "../ports/log.ts";
import type { ParkedDigits } from "../ports/parked-digits.ts";
import type { Queue } from "../ports/queue.ts";
import type { Random } from "../ports/random.ts";
import { type AttemptPorts, attemptDelivery } from "./attempt.ts";
import {
  type Deliverable,
  type DeliverablePorts,
  deliverableOf,
  deliveryOf,
  nameOf,
  parkedOf,
  subjectOf,
} from "./deliverable.ts";
import { type NoteReceiverPorts, noteReceiver } from "./note-receiver.ts";

/** A result just published on the bus, or one of our messages to try again. */
export const DeliverySchema = z.union([
  CallbackMessageSchema,
  BatchCallbackMessageSchema,
  z.pipe(
    DeliveredResultSchema,
    z.transform(({ metadata: { tid } }) => deliveryOf({ kind: "call", id: tid }, 1)),
  ),
  z.pipe(
    DeliveredBatchEventSchema,
    z.transform(({ metadata: { batch_id } }) => deliveryOf({ kind: "batch", id: batch_id }, 1)),
  ),
]);

export interface DispatcherPorts extends DeliverablePorts, AttemptPorts, Omit<NoteReceiverPorts, "settings"> {
  readonly parkedDigits: ParkedDigits;
  readonly deliveries: CallbackStore;
  /** The same for the counts of whole batches. */
  readonly batchDeliveries: CallbackStore;
  /** The queue of all attempts after the first. */
  readonly callbacks: Queue<DeliveryMessage>;
  readonly parked: Queue<ParkedMessage | ParkedBatchMessage>;
  readonly random: Random;
  readonly settings: Settings["callback"];
  readonly verboseEvents: boolean;
  /** Limits how many first attempts wait for one slow receiver. Without it there is no limit. */
  readonly admission?: { readonly bulkhead: Bulkhead; readonly again: Queue<DeliveryMessage> };
}

/** When a busy receiver's permits are tried again. */
const BUSY_SECONDS = 1;

/**
 * Makes one delivery attempt, records it, and acts on it. A redelivered message finds its attempt recorded and only
 * acts on it, so that nothing is lost or done for another attempt. Only a delivery is final: a parked result may be
 * sent again.
 */
export function dispatcher(ports: DispatcherPorts) {
  return async (message: DeliveryMessage): Promise<LogRecord> => {
    const subject = subjectOf(message);
    const { attempt } = message;
    const fields = { ...nameOf(subject), attempt };
    const deliveries = subject.kind === "call" ? ports.deliveries : ports.batchDeliveries;
    // A copy that comes within the moment that this may be behind is no earlier than one that is handled at the same time.
    const [deliverable, seen] = await Promise.all([
      deliverableOf(subject, ports),
      deliveries.read(subject.id, { mayBeBehind: true }),
    ]);
    if (deliverable === undefined) return { event: "callback.unwanted", ...fields };
    // Whoever has delivered it erases its digits after that: they may have gone between the two reads.
    const record = deliverable.isErased ? await deliveries.read(subject.id) : seen;
    const own = record.attempts.filter((earlier) => earlier.attempt === attempt);
    // A copy that delivered it may have died before it erased the digits, and another have failed after it.
    const recorded = own.find(isDelivery) ?? own.at(-1);
    const isPast = record.attempts.some((other) => other.attempt > attempt);
    const isReplay = message.type === "callback" && message.replay === true;
    if (isPast || (recorded === undefined && record.state === "delivered" && !isReplay)) {
      if (record.state === "delivered") await eraseDelivered(deliverable, ports);
      return { event: "callback.repeated", ...fields };
    }

    // To a client of the deprecated API a result without digits says that the PIN was wrong.
    if (recorded === undefined && deliverable.isErased && deliverable.callback.shape !== undefined)
      return { event: "callback.repeated", ...fields };

    const attempted = recorded ?? (await admitted({ deliverable, message }, ports));
    if (attempted === "busy" || attempted === "slow") return { event: `callback.receiver_${attempted}`, ...fields };
    const { delaysSeconds } = ports.settings;
    const next = afterAttempt({ made: attempted, delaysSeconds, random: ports.random.next() });
    const made = { ...dueAfter(next, ports.clock), ...attempted };
    const { state } = recorded ? record : await deliveries.add(subject.id, made, stateAfter(next));
    // A copy of this attempt delivered meanwhile.
    if (state === "delivered" && next.kind !== "delivered") {
      await eraseDelivered(deliverable, ports);
      return { event: "callback.repeated", ...fields };
    }
    const { applicationId, callback } = deliverable;
    await Promise.all([
      follow({ next, made, deliverable }, ports),
      recorded === undefined && noteReceiver({ applicationId, url: callback.url, made }, ports),
    ]);
    return {
      event: `callback.${next.kind}`,
      ...fields,
      answer: made.answer,
      ms: Math.round(made.durationMs),
      age_seconds: (Date.parse(made.at) + made.durationMs - Date.parse(deliverable.completedAt)) / 1000,
    };
  };
}

/** Makes the attempt if the bulkhead allows it; else sends the message on and returns why. */
async function admitted(
  { deliverable, message }: { deliverable: Deliverable; message: DeliveryMessage },
  ports: DispatcherPorts,
): Promise<DeliveryAttempt | "busy" | "slow"> {
  const { attempt } = message;
  const { applicationId, callback, subject } = deliverable;
  if (ports.admission === undefined) return await attemptDelivery({ deliverable, attempt }, ports);
  const { bulkhead, again } = ports.admission;
  const { concurrency } = ports.settings;
  const permit = await acquireAll(receiversOf({ applicationId, url: callback.url, concurrency }), bulkhead);
  if (permit === "busy") {
    const notBefore = new Date(ports.clock.now().getTime() + BUSY_SECONDS * 1000);
    await again.send(deliveryOf(subject, attempt, notBefore.toISOString()));
    return permit;
  }
  const made =
    permit === "slow"
      ? permit
      : await attemptDelivery({ deliverable, attempt, whenSlow: permit.hold }, ports).finally(permit.release);
  if (made === "slow") await ports.callbacks.send(message);
  return made;
}

/** On record with the attempt: whoever follows it again sends the same time. */
function dueAfter(next: NextStep, clock: Clock): Pick<DeliveryAttempt, "nextAttemptAt"> {
  if (next.kind !== "retry") return {};
  return { nextAttemptAt: new Date(clock.now().getTime() + next.delaySeconds * 1_000).toISOString() };
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
  { next, made, deliverable }: { next: NextStep; made: DeliveryAttempt; deliverable: Deliverable },
  ports: DispatcherPorts,
): Promise<void> {
  const { callbacks, parked, verboseEvents } = ports;
  const { subject, sealedDigits } = deliverable;
  const { attempt } = made;
  switch (next.kind) {
    case "delivered": {
      await eraseDelivered(deliverable, ports);
      if (!verboseEvents) return;
      const data = { attempt, http_status: Number(made.answer), duration_ms: made.durationMs };
      return await publishOutcome(
        { deliverable, made, idOf: eventIds.delivered },
        { type: "callback.delivered", data },
        ports,
      );
    }
    case "retry": {
      return await callbacks.send(deliveryOf(subject, attempt + 1, made.nextAttemptAt));
    }
    case "park": {
      const data = { attempts: attempt, why: next.why };
      if (sealedDigits !== undefined) await parkDigits({ tid: subject.id, sealed: sealedDigits }, ports);
      // A copy may have delivered it meanwhile, and have erased them before they were kept.
      if (sealedDigits !== undefined && (await ports.deliveries.read(subject.id)).state === "delivered")
        await eraseDelivered(deliverable, ports);
      await parked.send(parkedOf(subject, data));
      return await publishOutcome(
        { deliverable, made, idOf: (tid) => eventIds.parked({ tid, attempt }) },
        { type: "callback.parked", data },
        ports,
      );
    }
    default:
      return next satisfies never;
  }
}

/**
 * The digits are the customer's now. Whoever finds that they were delivered erases them: the function that delivered them
 * may have died before it did, and its message be gone with a copy that failed.
 */
async function eraseDelivered({ subject, sealedDigits }: Deliverable, ports: EraseDigitsPorts): Promise<void> {
  if (sealedDigits !== undefined) await eraseDigits(subject.id, ports);
}

type DeliveryEvent = Pick<Extract<Event, { type: "callback.delivered" | "callback.parked" }>, "type" | "data">;

/** Publishes the event of a delivery. There is none for a batch's counts: their record and the dead letters tell. */
async function publishOutcome(
  { deliverable, made, idOf }: { deliverable: Deliverable; made: DeliveryAttempt; idOf: (tid: string) => string },
  event: DeliveryEvent,
  { bus }: DispatcherPorts,
): Promise<void> {
  const { subject, applicationId: application_id, batchId: batch_id } = deliverable;
  if (subject.kind !== "call") return;
  const { id: tid } = subject;
  const metadata = { id: idOf(tid), version: 1 as const, tid, application_id, batch_id, time: made.at };
  await bus.publish([{ ...event, metadata } as Event]);
}
