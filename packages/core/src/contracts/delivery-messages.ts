import * as z from "zod/mini";
import { id, someTime, version, waiting } from "./message-fields.ts";
import { text, whole } from "./records/fields.ts";

/** Make the delivery attempt with this number. */
export const CallbackMessageSchema = z.object({
  v: version,
  tid: id,
  ...waiting,
  not_before: someTime,
  type: z.literal("callback"),
  attempt: whole,
  /** The customer asked for it: it is made even if the result was delivered before. */
  replay: z.optional(z.literal(true)),
});
export type CallbackMessage = z.infer<typeof CallbackMessageSchema>;

/** The same for the counts of a batch. */
export const BatchCallbackMessageSchema = z.object({
  v: version,
  type: z.literal("batch_callback"),
  batch_id: id,
  attempt: whole,
  ...waiting,
  not_before: someTime,
});
export type BatchCallbackMessage = z.infer<typeof BatchCallbackMessageSchema>;

export const DeliveryMessageSchema = z.discriminatedUnion("type", [CallbackMessageSchema, BatchCallbackMessageSchema]);
export type DeliveryMessage = z.infer<typeof DeliveryMessageSchema>;

/** A result that could not be delivered, and why: it waits for a replay. */
export const ParkedMessageSchema = z.object({
  v: version,
  tid: id,
  type: z.literal("parked"),
  attempts: whole,
  why: text,
});
export type ParkedMessage = z.infer<typeof ParkedMessageSchema>;

export const ParkedBatchMessageSchema = z.object({
  v: version,
  batch_id: id,
  type: z.literal("parked_batch"),
  attempts: whole,
  why: text,
});
export type ParkedBatchMessage = z.infer<typeof ParkedBatchMessageSchema>;
