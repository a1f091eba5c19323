import * as z from "zod/mini";
import { NOT_DIALED, type Outcome, REASONS } from "./call.ts";
import type { Command, Report } from "./decide.ts";
import { LINE_STATUSES } from "./line-status.ts";

/** The name under which everything of ours is put on the bus. */
export const EVENT_SOURCE = "promptcall";

const MetadataSchema = z.object({
  id: z.string(),
  version: z.literal(1),
  tid: z.uuid(),
  application_id: z.string(),
  batch_id: z.optional(z.string()),
  time: z.iso.datetime(),
});
export type Metadata = z.infer<typeof MetadataSchema>;

function event<Type extends string, Data extends z.ZodMiniObject>(type: Type, data: Data) {
  return z.object({ type: z.literal(type), metadata: MetadataSchema, data });
}

/** The call is written and queued. `to` is masked here and in every event. */
export const CallAccepted = event("call.accepted", z.object({ to: z.string() }));

/** The carrier has the call. */
export const CallDialed = event("call.dialed", z.object({ uuid: z.string() }));

/** The carrier will not dial, for good. */
export const CallDialFailed = event("call.dial_failed", z.object({ reason: z.enum(NOT_DIALED) }));

/** A status webhook of the carrier. Price in EUR, as the carrier writes it. */
export const CallStatus = event(
  "call.status",
  z.object({
    status: z.enum(LINE_STATUSES),
    uuid: z.optional(z.string()),
    detail: z.optional(z.string()),
    duration_seconds: z.optional(z.number()),
    price: z.optional(z.string()),
  }),
);

/** The person used up an attempt, with digits or by silence. Never the digits themselves. */
export const CallDigits = event(
  "call.digits",
  z.object({ attempt: z.int(), matched: z.boolean(), timed_out: z.boolean() }),
);

/** The one result. Published at least once, always with the same `metadata.id` and data. */
export const CallCompleted = event(
  "call.completed",
  z.object({
    to: z.string(),
    status: z.enum(["ok", "failed", "error"]),
    reason: z.optional(z.enum(REASONS)),
    attempts: z.int(),
    uuid: z.optional(z.string()),
    duration_seconds: z.optional(z.number()),
    price: z.optional(z.string()),
  }),
);

/** The customer's server took the result. */
export const CallbackDelivered = event(
  "callback.delivered",
  z.object({ attempt: z.int(), http_status: z.int(), duration_ms: z.number() }),
);

/** The customer's server did not take the result; it waits in the dead-letter queue to be sent again. */
export const CallbackParked = event("callback.parked", z.object({ attempts: z.int(), why: z.string() }));

export const EventSchema = z.discriminatedUnion("type", [
  CallAccepted,
  CallDialed,
  CallDialFailed,
  CallStatus,
  CallDigits,
  CallCompleted,
  CallbackDelivered,
  CallbackParked,
]);
export type Event = z.infer<typeof EventSchema>;
export type EventType = Event["type"];
export type CallCompleted = z.infer<typeof CallCompleted>;

/** How the bus hands an event to a subscriber. */
export const EnvelopeSchema = z.pipe(
  z.object({ source: z.literal(EVENT_SOURCE), "detail-type": z.string(), detail: z.record(z.string(), z.unknown()) }),
  z.transform((envelope): unknown => ({ type: envelope["detail-type"], ...envelope.detail })),
);

/** The event inside an envelope of the bus. */
export const DeliveredEventSchema = z.pipe(EnvelopeSchema, EventSchema);

/** The events that carry news of a call's progress, as the command to record it. */
export function commandOf(event: Event): Command | undefined {
  const report = reportOf(event);
  return report && { type: "report", id: event.metadata.id, at: event.metadata.time, report };
}

function reportOf(event: Event): Report | undefined {
  switch (event.type) {
    case "call.dialed":
      return { type: "dialed", uuid: event.data.uuid };
    case "call.dial_failed":
      return { type: "dial_failed", reason: event.data.reason };
    case "call.status": {
      const { status, uuid, duration_seconds: durationSeconds, price } = event.data;
      return { type: "line", status, uuid, durationSeconds, price };
    }
    case "call.digits":
      return { type: "digits", attempt: event.data.attempt, matched: event.data.matched };
    case "call.accepted":
    case "call.completed":
    case "callback.delivered":
    case "callback.parked":
      return undefined;
    default:
      return event satisfies never;
  }
}

/** `status` and, where there is one, `reason`: the same two fields wherever an outcome is shown. */
export function outcomeFields(outcome: Outcome) {
  return outcome.status === "error" ? { status: outcome.status, reason: outcome.reason } : { status: outcome.status };
}
