import * as z from "zod/mini";
import { given, number, type RecordOf, someNumber, someTime, text, time, whole } from "./fields.ts";

/** One request to the customer's server, and its answer. */
const CallbackTrySchema = z.object({
  at: time,
  /** HTTP status, or in a word why there was none. */
  answer: z.union([number, text]),
  durationMs: number,
  retryAfterSeconds: someNumber,
});
export type DeliveryTry = RecordOf<typeof CallbackTrySchema>;

/** One attempt to deliver a result: its last try, and those just before it. */
const DeliveryAttemptSchema = z.extend(CallbackTrySchema, {
  /** 1 for the first. */
  attempt: whole,
  earlierTries: given(z.array(CallbackTrySchema)),
  /** When the next one is due, if there is one. */
  nextAttemptAt: someTime,
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
