import * as z from "zod/mini";
import { given, type RecordOf, time } from "./fields.ts";

/** One request to the customer's server, and what came of it. */
const CallbackTrySchema = z.object({
  at: time,
  /** HTTP status, or in a word why there was none. */
  answer: z.union([z.number(), z.string()]),
  durationMs: z.number(),
  retryAfterSeconds: given(z.number()),
});
export type CallbackTry = RecordOf<typeof CallbackTrySchema>;

/** One attempt to deliver a result: its last try, and those just before it. */
const CallbackAttemptSchema = z.extend(CallbackTrySchema, {
  /** 1 for the first. */
  attempt: z.int(),
  earlierTries: given(z.array(CallbackTrySchema)),
});
export type CallbackAttempt = RecordOf<typeof CallbackAttemptSchema>;

/** The deliveries of its result: appended to. */
export const CallbackRecordSchema = z.object({
  attempts: z.array(CallbackAttemptSchema),
  state: z.enum(["pending", "delivered", "parked"]),
});
