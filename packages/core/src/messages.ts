import * as z from "zod/mini";

/** The longest a call waits to be dialed; the carrier takes a JWT for a day at the most. */
export const LONGEST_WAIT_SECONDS = 3600;

/**
 * The messages of our own queues. A message that is not to be handled before a time carries it: a consumer that gets
 * it early sends it on with the delay that is left.
 */
const base = {
  v: z.literal(1),
  tid: z.uuid(),
  not_before: z.iso.datetime(),
  /** How often it was sent on because it came early. */
  hops: z.optional(z.int()),
};

/** Place this call, at once where no time is named. The credential is sealed and bound to the tid. */
export const DialMessageSchema = z.object({
  ...base,
  not_before: z.optional(z.iso.datetime()),
  type: z.literal("dial"),
  sealed_credential: z.string(),
});
export type DialMessage = z.infer<typeof DialMessageSchema>;

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

export const TimerMessageSchema = z.discriminatedUnion("type", [SettleMessageSchema, DeadlineMessageSchema]);
export type TimerMessage = z.infer<typeof TimerMessageSchema>;

/** Deliver the result, at once where no time is named. `attempt` is the ordinal of the attempt to make. */
export const CallbackMessageSchema = z.object({
  ...base,
  not_before: z.optional(z.iso.datetime()),
  type: z.literal("callback"),
  attempt: z.int(),
});
export type CallbackMessage = z.infer<typeof CallbackMessageSchema>;

/** A result that could not be delivered, and why. */
export const ParkedMessageSchema = z.object({
  v: z.literal(1),
  tid: z.uuid(),
  type: z.literal("parked"),
  attempts: z.int(),
  why: z.string(),
});
export type ParkedMessage = z.infer<typeof ParkedMessageSchema>;
