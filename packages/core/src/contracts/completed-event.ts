import * as z from "zod/mini";
import { EnvelopeSchema } from "./event-envelope.ts";
import { described, event, someText } from "./event-fields.ts";
import { NOT_DIALED, REASONS } from "./reasons.ts";
import { text, whole } from "./records/fields.ts";

export const CallCompleted = event({
  type: "call.completed",
  meaning: "The one result. Published at least once, always with the same `metadata.id` and data.",
  data: described(
    z.object({
      to: text,
      status: z.enum(["ok", "failed", "error"]),
      reason: z.optional(z.enum(REASONS)),
      detail: someText,
      not_redialed: z.optional(z.enum(NOT_DIALED)),
      choice: someText,
      reference: someText,
      attempts: whole,
      uuid: someText,
      duration_seconds: z.optional(z.number()),
      price: someText,
      callback: z.optional(z.literal("none")),
    }),
    {
      to: "The number, masked",
      reason: "Of an error",
      detail: "In place of the reason, where the carrier said more: what the customer hears as its reason",
      not_redialed: "Why the person was not called again, though that was asked for",
      choice: "The word of the choice that was made",
      reference: "The customer's own name for the call",
      price: "In EUR, as the carrier writes it",
      callback: "The result is sent to nobody: there is no delivery",
    },
  ),
});
export type CallCompleted = z.infer<typeof CallCompleted>;

/** The result inside an envelope of the bus. */
export const DeliveredResultSchema = z.pipe(EnvelopeSchema, CallCompleted);
