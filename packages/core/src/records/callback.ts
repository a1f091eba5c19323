import * as z from "zod/mini";
import type { CallbackAttempt, CallbackTry } from "../callback.ts";
import { type FieldsOf, given, time } from "./fields.ts";

const callbackTry = {
  at: time,
  answer: z.union([z.number(), z.string()]),
  durationMs: z.number(),
  retryAfterSeconds: given(z.number()),
} satisfies FieldsOf<CallbackTry>;

const CallbackAttemptSchema: z.ZodMiniType<CallbackAttempt> = z.object({
  ...callbackTry,
  attempt: z.int(),
  earlierTries: given(z.array(z.object(callbackTry))),
} satisfies FieldsOf<CallbackAttempt>);

/** The deliveries of its result: appended to. */
export const CallbackRecordSchema = z.object({
  attempts: z.array(CallbackAttemptSchema),
  state: z.enum(["pending", "delivered", "parked"]),
});
