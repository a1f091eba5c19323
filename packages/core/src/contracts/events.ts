import * as z from "zod/mini";
import { BatchCompleted } from "./batch-event.ts";
import { describe, identity, masked } from "./event-fields.ts";
import { EVENT_SOURCE } from "./event-source.ts";
import { LEG_STATUSES } from "./leg-status.ts";
import { NOT_DIALED, REASONS } from "./reasons.ts";
import { text, time, whole } from "./records/fields.ts";

const someText = z.optional(text);

const MetadataSchema = z.object({
  ...identity,
  tid: z.uuid().check(describe("The call")),
  application_id: text,
  batch_id: someText,
  time,
});
export type Metadata = z.infer<typeof MetadataSchema>;

function event<Type extends string, Data extends z.ZodMiniObject>(declared: {
  type: Type;
  /** What its publication means. */
  meaning: string;
  data: Data;
}) {
  const { type, meaning, data } = declared;
  return z.object({ type: z.literal(type), metadata: MetadataSchema, data }).check(describe(meaning));
}

const euros = text.check(describe("In EUR, as the carrier writes it"));

const dial = z.optional(whole).check(describe("Of a call that may be dialed again: by which dial this was, from 1"));

export const CallAccepted = event({
  type: "call.accepted",
  meaning: "The call is written and queued, on a stage with `verboseEvents`. Calls of a batch have no such event.",
  data: z.object({ to: masked }),
});

export const CallDialed = event({
  type: "call.dialed",
  meaning: "The carrier has the call.",
  data: z.object({ uuid: text.check(describe("The carrier's name for the call")), dial }),
});

export const CallDialFailed = event({
  type: "call.dial_failed",
  meaning: "The carrier will not dial, for good.",
  data: z.object({ reason: z.enum(NOT_DIALED), dial }),
});

export const CallStatus = event({
  type: "call.status",
  meaning: "The carrier has reported how the line stands.",
  data: z.object({
    status: z.enum(LEG_STATUSES),
    uuid: someText,
    detail: someText,
    answered_at: z.optional(time).check(describe("By the carrier's clock, told when the call has ended")),
    duration_seconds: z.optional(z.number()),
    price: z.optional(euros),
    rate: z.optional(euros).check(describe("For a minute, in EUR")),
    network: someText.check(describe("Of the person, by the carrier's name for it")),
    dial,
  }),
});

export const CallDigits = event({
  type: "call.digits",
  meaning:
    "The person has used up an attempt, with digits or by silence; or all was said that there is to say. Never the digits themselves.",
  data: z.object({
    attempt: whole.check(describe("1 for the first; 0 where nothing is asked, and all was said")),
    matched: z.boolean(),
    timed_out: z.boolean(),
    choice: someText.check(describe("The word of the choice that was made")),
    sealed_digits: someText.check(describe("What was keyed, sealed: for the result alone")),
    dial,
  }),
});

export const CallCompleted = event({
  type: "call.completed",
  meaning: "The one result. Published at least once, always with the same `metadata.id` and data.",
  data: z.object({
    to: masked,
    status: z.enum(["ok", "failed", "error"]),
    reason: z.optional(z.enum(REASONS)).check(describe("Of an error")),
    detail: someText.check(
      describe("In place of the reason, where the carrier said more: what the customer hears as its reason"),
    ),
    not_redialed: z
      .optional(z.enum(NOT_DIALED))
      .check(describe("Why the person was not called again, though that was asked for")),
    choice: someText.check(describe("The word of the choice that was made")),
    reference: someText.check(describe("The customer's own name for the call")),
    attempts: whole,
    uuid: someText,
    duration_seconds: z.optional(z.number()),
    price: z.optional(euros),
    callback: z.optional(z.literal("none")).check(describe("The result is sent to nobody: there is no delivery")),
  }),
});

export const CallbackDelivered = event({
  type: "callback.delivered",
  meaning: "The customer's server has taken the result.",
  data: z.object({ attempt: whole, http_status: whole, duration_ms: z.number() }),
});

export const CallbackParked = event({
  type: "callback.parked",
  meaning: "The customer's server has not taken the result; it waits among the dead letters to be sent again.",
  data: z.object({ attempts: whole, why: text }),
});

/** Every type of event about a call. How they may change is in docs/versions.md, and held by `test/contracts/released.test.ts`. */
export const EVENTS = [
  CallAccepted,
  CallDialed,
  CallDialFailed,
  CallStatus,
  CallDigits,
  CallCompleted,
  CallbackDelivered,
  CallbackParked,
] as const;

export const EventSchema = z.discriminatedUnion("type", EVENTS);
export type Event = z.infer<typeof EventSchema>;
export type EventType = Event["type"];
export type CallCompleted = z.infer<typeof CallCompleted>;

/** How the bus hands an event to a subscriber. */
export const EnvelopeSchema = z.pipe(
  z.object({ source: z.literal(EVENT_SOURCE), "detail-type": text, detail: z.record(text, z.unknown()) }),
  z.transform((envelope): unknown => ({ type: envelope["detail-type"], ...envelope.detail })),
);

/** The event inside an envelope of the bus. */
export const DeliveredEventSchema = z.pipe(EnvelopeSchema, EventSchema);
export const DeliveredBatchEventSchema = z.pipe(EnvelopeSchema, BatchCompleted);
