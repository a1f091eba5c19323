import * as z from "zod/mini";
import {
  CountBatchMessageSchema,
  PartMessageSchema,
  StepDeadlinesMessageSchema,
  SweepMessageSchema,
  TickMessageSchema,
} from "./dialing-messages.ts";
import { id, someText, someTime, someWhole, version, waiting } from "./message-fields.ts";
import { text, whole } from "./records/fields.ts";

/** The longest a call waited before requests had `expires_in`. */
export const LONGEST_WAIT_SECONDS = 3600;

/** The messages of our own queues. */
const base = { v: version, tid: id, ...waiting };

/** Until when the call, or the last of the calls, must be dialed. */
const place_by = someTime;

/** Dial this call. The credential is sealed and bound to the tid. */
export const DialMessageSchema = z.object({
  ...base,
  not_before: someTime,
  type: z.literal("dial"),
  sealed_credential: text,
  place_by,
  /**
   * The slot that the owner's loop reserved: dial then, or let the call wait in the loop. Absent in messages from
   * before there were loops.
   */
  owner: someText,
  at: someTime,
});
export type DialMessage = z.infer<typeof DialMessageSchema>;

/**
 * From before there were loops: dial the calls `next` to `until` (exclusive) of a batch, and send the rest, up to
 * `end`, on for the next step. A batch in several shards (`lanes`) has a message for each.
 */
export const DialBatchMessageSchema = z.object({
  v: version,
  ...waiting,
  not_before: someTime,
  type: z.literal("dial_batch"),
  batch_id: id,
  application_id: text,
  next: whole,
  until: whole,
  end: whole,
  lanes: whole,
  /** When the carrier may be asked for these calls. */
  due: someTime,
  sealed_credential: text,
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
  id: text,
  dial: someWhole,
});
export type SettleMessage = z.infer<typeof SettleMessageSchema>;

/** The call dialed under this claim must have ended by now: ask the carrier, then close the call. */
export const DeadlineMessageSchema = z.object({
  ...base,
  type: z.literal("deadline"),
  claim: text,
  sealed_credential: text,
});
export type DeadlineMessage = z.infer<typeof DeadlineMessageSchema>;

/** The same for the calls `next` to `until` (exclusive) of a batch, dialed under one claim. */
export const DeadlinesMessageSchema = z.object({
  v: version,
  ...waiting,
  type: z.literal("deadlines"),
  batch_id: id,
  next: whole,
  until: whole,
  claim: text,
  sealed_credential: text,
});
export type DeadlinesMessage = z.infer<typeof DeadlinesMessageSchema>;

/** Cancel the calls `next` to `end` of a batch. With a sealed credential, live calls are hung up. */
export const CancelBatchMessageSchema = z.object({
  v: version,
  ...waiting,
  type: z.literal("cancel_batch"),
  id: text,
  batch_id: id,
  next: whole,
  end: whole,
  sealed_credential: someText,
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
