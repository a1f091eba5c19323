import * as z from "zod/mini";
import {
  CountBatchMessageSchema,
  PartMessageSchema,
  StepDeadlinesMessageSchema,
  SweepMessageSchema,
  TickMessageSchema,
  waiting,
} from "./dialing-messages.ts";

/** The longest a call waited before requests had `expires_in`. */
export const LONGEST_WAIT_SECONDS = 3600;

/** The messages of our own queues. */
const base = { v: z.literal(1), tid: z.uuid(), ...waiting };

/** Until when the call, or the last of the calls, must be dialed. */
const place_by = z.optional(z.iso.datetime());

/** Dial this call. The credential is sealed and bound to the tid. */
export const DialMessageSchema = z.object({
  ...base,
  not_before: z.optional(z.iso.datetime()),
  type: z.literal("dial"),
  sealed_credential: z.string(),
  place_by,
  /**
   * The slot that the owner's loop reserved: dial then, or let the call wait in the loop. Absent in messages from
   * before there were loops.
   */
  owner: z.optional(z.string()),
  at: z.optional(z.iso.datetime()),
});
export type DialMessage = z.infer<typeof DialMessageSchema>;

/**
 * From before there were loops: dial the calls `next` to `until` (exclusive) of a batch, and send the rest, up to
 * `end`, on for the next step. A batch in several shards (`lanes`) has a message for each.
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
  /** When the carrier may be asked for these calls. */
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

/**
 * The leg ended without a verdict: decide with what is known by now. Or it ended as it may be dialed again after, and
 * that time has come; then, and for every leg that may be followed by another, `dial` is its number.
 */
export const SettleMessageSchema = z.object({
  ...base,
  type: z.literal("settle"),
  id: z.string(),
  dial: z.optional(z.int()),
});
export type SettleMessage = z.infer<typeof SettleMessageSchema>;

/** The call dialed under this claim must have ended by now: ask the carrier, then close the call. */
export const DeadlineMessageSchema = z.object({
  ...base,
  type: z.literal("deadline"),
  claim: z.string(),
  sealed_credential: z.string(),
});
export type DeadlineMessage = z.infer<typeof DeadlineMessageSchema>;

/** The same for the calls `next` to `until` (exclusive) of a batch, dialed under one claim. */
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

/** Cancel the calls `next` to `end` of a batch. With a sealed credential, live calls are hung up. */
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

/** Make the delivery attempt with this number. */
export const CallbackMessageSchema = z.object({
  ...base,
  not_before: z.optional(z.iso.datetime()),
  type: z.literal("callback"),
  attempt: z.int(),
  /** The customer asked for it: it is made even if the result was delivered before. */
  replay: z.optional(z.literal(true)),
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

/** A result that could not be delivered, and why: it waits for a replay. */
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
