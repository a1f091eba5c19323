import * as z from "zod/mini";
import { given, type RecordOf, time } from "./fields.ts";

/** One request to the customer's server, and its answer. */
const CallbackTrySchema = z.object({
  at: time,
  /** HTTP status, or in a word why there was none. */
  answer: z.union([z.number(), z.string()]),
  durationMs: z.number(),
  retryAfterSeconds: given(z.number()),
});
export type DeliveryTry = RecordOf<typeof CallbackTrySchema>;

/** One attempt to deliver a result: its last try, and those just before it. */
const DeliveryAttemptSchema = z.extend(CallbackTrySchema, {
  /** 1 for the first. */
  attempt: z.int(),
  earlierTries: given(z.array(CallbackTrySchema)),
  /** When the next one is due, if there is one. */
  nextAttemptAt: given(time),
});
export type DeliveryAttempt = RecordOf<typeof DeliveryAttemptSchema>;

const STATES = ["pending", "delivered", "parked"] as const;
/** As they are reported: the result of a call may be sent to nobody. */
export const CALLBACK_STATES = ["none", ...STATES] as const;

/** The delivery attempts of a result, in order. */
export const CallbackRecordSchema = z.object({
  attempts: z.array(DeliveryAttemptSchema),
  state: z.enum(STATES),
});
