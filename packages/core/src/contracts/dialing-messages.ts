import * as z from "zod/mini";
import { id, someText, someTime, someWhole, version, waiting } from "./message-fields.ts";
import { SWEEP_REASONS } from "./reasons.ts";
import { text, time, whole } from "./records/fields.ts";

/** Asks for step `n` of an owner's loop. With the number of an earlier step it only checks that the loop runs. */
export const TickMessageSchema = z.object({
  v: version,
  type: z.literal("tick"),
  owner: text,
  n: whole,
});
export type TickMessage = z.infer<typeof TickMessageSchema>;

/** Calls that are dialed together, with their sealed credentials. Each is bound to its call or batch. */
const dialGroup = {
  singles: z.array(z.object({ tid: id, sealed_credential: text })),
  batches: z.array(z.object({ batch_id: id, indices: z.array(whole), sealed_credential: text })),
};
export type DialGroup = z.infer<typeof DialGroupSchema>;
export const DialGroupSchema = z.object(dialGroup);

/**
 * A part of a step that is too large for one invocation. Calls that cannot be dialed on time are left to the next step.
 */
export const PartMessageSchema = z.object({
  v: version,
  type: z.literal("part"),
  owner: text,
  at: time,
  ...dialGroup,
});
export type PartMessage = z.infer<typeof PartMessageSchema>;

/** The calls dialed under this claim must have ended by now. Those still queued wait again. */
export const StepDeadlinesMessageSchema = z.object({
  v: version,
  type: z.literal("step_deadlines"),
  /** Absent from what was set before there were loops. */
  owner: someText,
  /** Absent when the message could not be read: any claim is meant. */
  claim: someText,
  /** Since when they wait for a slot within the carrier's rate limit; absent if they did not have to. */
  waited_since: someTime,
  ...waiting,
  ...dialGroup,
});
export type StepDeadlinesMessage = z.infer<typeof StepDeadlinesMessageSchema>;

/** Ends the queued calls of a batch that is over. With a sealed credential, live calls are hung up. */
export const SweepMessageSchema = z.object({
  v: version,
  type: z.literal("sweep"),
  owner: text,
  batch_id: id,
  reason: z.enum(SWEEP_REASONS),
  next: whole,
  /** Up to this call (exclusive), where that is not all of them. */
  end: someWhole,
  ...waiting,
  sealed_credential: someText,
});
export type SweepMessage = z.infer<typeof SweepMessageSchema>;

/** Counts the results of a batch, and counts again later until all are there. */
export const CountBatchMessageSchema = z.object({
  v: version,
  type: z.literal("count_batch"),
  batch_id: id,
  /** How often it was counted before. */
  looks: whole,
  ...waiting,
});
export type CountBatchMessage = z.infer<typeof CountBatchMessageSchema>;
