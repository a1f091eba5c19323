import * as z from "zod/mini";
import {
  CountBatchMessageSchema,
  PartMessageSchema,
  StepDeadlinesMessageSchema,
  SweepMessageSchema,
  TickMessageSchema,
  waiting,
} from "./dialing/messages.ts";

/** The longest a call waits to be dialed; the carrier takes a JWT for a day at the most. */
export const LONGEST_WAIT_SECONDS = 3600;

/** The messages of our own queues. */
const base = { v: z.literal(1), tid: z.uuid(), ...waiting };

/** Until when the call, or the last of the calls, must be dialed; their places in time are taken when the time has come. */
const place_by = z.optional(z.iso.datetime());

/** Place this call, at once where no time is named. The credential is sealed and bound to the tid. */
export const DialMessageSchema = z.object({
  ...base,
  not_before: z.optional(z.iso.datetime()),
  type: z.literal("dial"),
  sealed_credential: z.string(),
  place_by,
  /** Dial it at that time or not at all: the loop of this owner has left room for it. Without them it waits in the loop. */
  owner: z.optional(z.string()),
  at: z.optional(z.iso.datetime()),
});
export type DialMessage = z.infer<typeof DialMessageSchema>;

/**
 * Place the calls `next` to `until` (exclusive) of a batch together, and send the rest of it, up to `end`, on for the
 * step after. The credential is sealed and bound to the batch. A batch that is dialed in several lanes has a message
 * for each.
 */
export const DialBatchMessageSchema = z.object({
  v: z.literal(1),
  ...waiting,
  not_before: z.optional(z.iso.datetime()),
  type: z.literal("dial_batch"),
  batch_id: z.uuid(),
  application_id: z.string(),
  next: z.int(),
  until: z.int(),
  end: z.int(),
  lanes: z.int(),
  /** When the carrier may be asked for these calls. The queue, which waits whole seconds, hands the message over before. */
  due: z.optional(z.iso.datetime()),
  sealed_credential: z.string(),
  place_by,
});
export type DialBatchMessage = z.infer<typeof DialBatchMessageSchema>;

export const DialQueueMessageSchema = z.discriminatedUnion("type", [
  DialMessageSchema,
  DialBatchMessageSchema,
  TickMessageSchema,
  PartMessageSchema,
]);
export type DialQueueMessage = z.infer<typeof DialQueueMessageSchema>;

/** The line went down without a verdict: decide with what has come in by now. */
export const SettleMessageSchema = z.object({ ...base, type: z.literal("settle"), id: z.string() });
export type SettleMessage = z.infer<typeof SettleMessageSchema>;

/** The call dialed under this claim must have ended by now: ask the carrier, then close it. */
export const DeadlineMessageSchema = z.object({
  ...base,
  type: z.literal("deadline"),
  claim: z.string(),
  sealed_credential: z.string(),
});
export type DeadlineMessage = z.infer<typeof DeadlineMessageSchema>;

/** The same for the calls `next` to `until` (exclusive) of a batch, dialed together under one claim. The credential is bound to the batch. */
export const DeadlinesMessageSchema = z.object({
  v: z.literal(1),
  ...waiting,
  type: z.literal("deadlines"),
  batch_id: z.uuid(),
  next: z.int(),
  until: z.int(),
  claim: z.string(),
  sealed_credential: z.string(),
});
export type DeadlinesMessage = z.infer<typeof DeadlinesMessageSchema>;

/** Cancel these calls of a batch, some at a time; with a credential, sealed and bound to the batch, live ones are hung up. */
export const CancelBatchMessageSchema = z.object({
  v: z.literal(1),
  ...waiting,
  type: z.literal("cancel_batch"),
  id: z.string(),
  batch_id: z.uuid(),
  next: z.int(),
  end: z.int(),
  sealed_credential: z.optional(z.string()),
});
export type CancelBatchMessage = z.infer<typeof CancelBatchMessageSchema>;

export const TimerMessageSchema = z.discriminatedUnion("type", [
  SettleMessageSchema,
  DeadlineMessageSchema,
  DeadlinesMessageSchema,
  CancelBatchMessageSchema,
  StepDeadlinesMessageSchema,
  SweepMessageSchema,
  CountBatchMessageSchema,
]);
export type TimerMessage = z.infer<typeof TimerMessageSchema>;

/** Deliver the result, at once where no time is named. `attempt` is the ordinal of the attempt to make. */
export const CallbackMessageSchema = z.object({
  ...base,
  not_before: z.optional(z.iso.datetime()),
  type: z.literal("callback"),
  attempt: z.int(),
});
export type CallbackMessage = z.infer<typeof CallbackMessageSchema>;

/** The same for the counts of a batch. */
export const BatchCallbackMessageSchema = z.object({
  v: z.literal(1),
  type: z.literal("batch_callback"),
  batch_id: z.uuid(),
  attempt: z.int(),
  ...waiting,
  not_before: z.optional(z.iso.datetime()),
});
export type BatchCallbackMessage = z.infer<typeof BatchCallbackMessageSchema>;

export const DeliveryMessageSchema = z.discriminatedUnion("type", [CallbackMessageSchema, BatchCallbackMessageSchema]);
export type DeliveryMessage = z.infer<typeof DeliveryMessageSchema>;

/** A result that could not be delivered, and why. */
export const ParkedMessageSchema = z.object({
  v: z.literal(1),
  tid: z.uuid(),
  type: z.literal("parked"),
  attempts: z.int(),
  why: z.string(),
});
export type ParkedMessage = z.infer<typeof ParkedMessageSchema>;

export const ParkedBatchMessageSchema = z.object({
  v: z.literal(1),
  batch_id: z.uuid(),
  type: z.literal("parked_batch"),
  attempts: z.int(),
  why: z.string(),
});
export type ParkedBatchMessage = z.infer<typeof ParkedBatchMessageSchema>;
