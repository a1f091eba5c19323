import * as z from "zod/mini";
import { EVENT_SOURCE } from "./event-source.ts";
import { KEY_KINDS } from "./key-kinds.ts";
import { LEG_STATUSES } from "./leg-status.ts";
import { NOT_DIALED, REASONS } from "./reasons.ts";

/** The field's description in the catalogue. */
const describe = (description: string) => z.describe(description);

const MetadataSchema = z.object({
  id: z.string().check(describe("Of this event; the same whenever it is published or delivered again")),
  version: z.literal(1).check(describe("Of this type of event")),
  tid: z.uuid().check(describe("The call")),
  application_id: z.string(),
  batch_id: z.optional(z.string()),
  time: z.iso.datetime(),
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

const masked = z.string().check(describe("The number, masked"));
const euros = z.string().check(describe("In EUR, as the carrier writes it"));

const dial = z.optional(z.int()).check(describe("Of a call that may be dialed again: by which dial this was, from 1"));

export const CallAccepted = event({
  type: "call.accepted",
  meaning: "The call is written and queued, on a stage with `verboseEvents`. Calls of a batch have no such event.",
  data: z.object({ to: masked }),
});

export const CallDialed = event({
  type: "call.dialed",
  meaning: "The carrier has the call.",
  data: z.object({ uuid: z.string().check(describe("The carrier's name for the call")), dial }),
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
    uuid: z.optional(z.string()),
    detail: z.optional(z.string()),
    answered_at: z.optional(z.iso.datetime()).check(describe("By the carrier's clock, told when the call has ended")),
    duration_seconds: z.optional(z.number()),
    price: z.optional(euros),
    rate: z.optional(euros).check(describe("For a minute, in EUR")),
    network: z.optional(z.string()).check(describe("Of the person, by the carrier's name for it")),
    dial,
  }),
});

export const CallDigits = event({
  type: "call.digits",
  meaning:
    "The person has used up an attempt, with digits or by silence; or all was said that there is to say. Never the digits themselves.",
  data: z.object({
    attempt: z.int().check(describe("1 for the first; 0 where nothing is asked, and all was said")),
    matched: z.boolean(),
    timed_out: z.boolean(),
    choice: z.optional(z.string()).check(describe("The word of the choice that was made")),
    sealed_digits: z.optional(z.string()).check(describe("What was keyed, sealed: for the result alone")),
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
    detail: z
      .optional(z.string())
      .check(describe("In place of the reason, where the carrier said more: what the customer hears as its reason")),
    not_redialed: z
      .optional(z.enum(NOT_DIALED))
      .check(describe("Why the person was not called again, though that was asked for")),
    choice: z.optional(z.string()).check(describe("The word of the choice that was made")),
    reference: z.optional(z.string()).check(describe("The customer's own name for the call")),
    attempts: z.int(),
    uuid: z.optional(z.string()),
    duration_seconds: z.optional(z.number()),
    price: z.optional(euros),
    callback: z.optional(z.literal("none")).check(describe("The result is sent to nobody: there is no delivery")),
  }),
});

export const CallbackDelivered = event({
  type: "callback.delivered",
  meaning: "The customer's server has taken the result.",
  data: z.object({ attempt: z.int(), http_status: z.int(), duration_ms: z.number() }),
});

export const CallbackParked = event({
  type: "callback.parked",
  meaning: "The customer's server has not taken the result; it waits among the dead letters to be sent again.",
  data: z.object({ attempts: z.int(), why: z.string() }),
});

const count = z.int();
const counts = z.record(z.string(), count);

/** About a batch as a whole. */
export const BatchCompleted = z
  .object({
    type: z.literal("batch.completed"),
    metadata: z.object({
      id: z.string().check(describe("Of this event; the same whenever it is published or delivered again")),
      version: z.literal(1).check(describe("Of this type of event")),
      batch_id: z.uuid(),
      application_id: z.string(),
      time: z.iso.datetime().check(describe("When its last call was completed")),
    }),
    data: z.object({
      count: count.check(describe("All calls of the batch")),
      statuses: counts.check(describe("How many calls ended with each status")),
      reasons: counts.check(describe("How many calls ended in an error for each reason")),
    }),
  })
  .check(describe("Every call of the batch has its result."));
export type BatchCompleted = z.infer<typeof BatchCompleted>;

/** What the guard stops, from then on. */
export const GUARD_RULES = ["destination_completion", "destination_limit", "application_limit"] as const;

/** About calls that are not accepted any more, of any application or of one. */
export const GuardTripped = z
  .object({
    type: z.literal("guard.tripped"),
    metadata: z.object({
      id: z.string().check(describe("Of this event; the same whenever it is published or delivered again")),
      version: z.literal(1).check(describe("Of this type of event")),
      application_id: z.optional(z.string()).check(describe("The application, where it is about one alone")),
      time: z.iso.datetime(),
    }),
    data: z.object({
      rule: z
        .enum(GUARD_RULES)
        .check(describe("Too few calls completed, too many to one number, or too many of one application")),
      until: z.iso.datetime().check(describe("When such calls are accepted again")),
      destination: z.optional(z.string()).check(describe("The first digits of the numbers that are not called")),
      to: z.optional(masked),
    }),
  })
  .check(describe("Calls are refused from now on: to a destination, to a number, or of an application."));
export type GuardTripped = z.infer<typeof GuardTripped>;

/** About a server of an application that takes results. */
const receiverMetadata = z.object({
  id: z.string().check(describe("Of this event; the same whenever it is published or delivered again")),
  version: z.literal(1).check(describe("Of this type of event")),
  application_id: z.string(),
  time: z.iso.datetime().check(describe("When the delivery was made that has changed it")),
});
const ofReceiver = {
  receiver: z.string().check(describe("The host that results go to")),
  failures: z.int().check(describe("Deliveries that have failed in a row")),
  since: z.iso.datetime().check(describe("When the first of them was made")),
};

export const ReceiverFailing = z
  .object({
    type: z.literal("receiver.failing"),
    metadata: receiverMetadata,
    data: z.object({
      ...ofReceiver,
      outcome: z.string().check(describe("How the last one ended: `timeout`, `unreachable`, `http_503`")),
    }),
  })
  .check(describe("A receiver has failed so often in a row that somebody should look at it. Once, until it recovers."));
export type ReceiverFailing = z.infer<typeof ReceiverFailing>;

export const ReceiverRecovered = z
  .object({ type: z.literal("receiver.recovered"), metadata: receiverMetadata, data: z.object(ofReceiver) })
  .check(describe("A receiver that was failing has taken a result. What was parked may be sent again."));
export type ReceiverRecovered = z.infer<typeof ReceiverRecovered>;

export const ApplicationKeysChanged = z
  .object({
    type: z.literal("application.keys_changed"),
    metadata: z.object({
      id: z.string().check(describe("Of this event; the same whenever it is published or delivered again")),
      version: z.literal(1).check(describe("Of this type of event")),
      application_id: z.string(),
      time: z.iso.datetime(),
    }),
    data: z.object({
      kinds: z
        .array(z.enum(KEY_KINDS))
        .check(
          describe(
            "Of which a key came or went: registered by an operator, by the application itself, learned from the carrier, or an API key",
          ),
        ),
      by: z.enum(["operator", "credential"]).check(describe("Whether an operator or a credential has changed them")),
    }),
  })
  .check(describe("An application is judged by other keys from now on. Never the keys themselves."));
export type ApplicationKeysChanged = z.infer<typeof ApplicationKeysChanged>;

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

/** All that is put on the bus. */
export const PUBLISHED = [
  ...EVENTS,
  BatchCompleted,
  GuardTripped,
  ReceiverFailing,
  ReceiverRecovered,
  ApplicationKeysChanged,
] as const;
export type Published = z.infer<(typeof PUBLISHED)[number]>;

export const EventSchema = z.discriminatedUnion("type", EVENTS);
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
export const DeliveredBatchEventSchema = z.pipe(EnvelopeSchema, BatchCompleted);
