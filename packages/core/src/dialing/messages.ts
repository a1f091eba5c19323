import * as z from "zod/mini";

/**
 * A message that is not to be handled before a time carries it: a consumer that gets it early sends it on with the delay
 * that is left.
 */
export const waiting = {
  not_before: z.iso.datetime(),
  /** How often it was sent on because it came early. */
  hops: z.optional(z.int()),
};

/** "Look at the loop of this owner": of step `n`, or to see whether that has come. */
export const TickMessageSchema = z.object({
  v: z.literal(1),
  type: z.literal("tick"),
  owner: z.string(),
  n: z.int(),
});
export type TickMessage = z.infer<typeof TickMessageSchema>;

/** Calls that are dialed together, with the credentials they are dialed with, each sealed and bound to its call or batch. */
const together = {
  singles: z.array(z.object({ tid: z.uuid(), sealed_credential: z.string() })),
  batches: z.array(z.object({ batch_id: z.uuid(), indices: z.array(z.int()), sealed_credential: z.string() })),
};
export type Together = z.infer<typeof TogetherSchema>;
export const TogetherSchema = z.object(together);

/** A part of a step that is too large for one invocation: dial these, from that time on, or leave them to the next step. */
export const PartMessageSchema = z.object({
  v: z.literal(1),
  type: z.literal("part"),
  owner: z.string(),
  at: z.iso.datetime(),
  ...together,
});
export type PartMessage = z.infer<typeof PartMessageSchema>;

/** The calls that were to be dialed under this claim must have ended by now; those still queued wait anew. */
export const StepDeadlinesMessageSchema = z.object({
  v: z.literal(1),
  type: z.literal("step_deadlines"),
  /** Absent from what was set before there were loops. */
  owner: z.optional(z.string()),
  /** None stands for whichever there is: of a message that could not be read. */
  claim: z.optional(z.string()),
  /** Since when they wait for the carrier to have room for what is asked of it; absent while none of them has had to. */
  waited_since: z.optional(z.iso.datetime()),
  ...waiting,
  ...together,
});
export type StepDeadlinesMessage = z.infer<typeof StepDeadlinesMessageSchema>;

export const SWEEP_REASONS = ["cancelled", "credential_rejected", "expired"] as const;

/** The batch is over: its queued calls end with this reason. With a credential, sealed for the batch, live ones are hung up. */
export const SweepMessageSchema = z.object({
  v: z.literal(1),
  type: z.literal("sweep"),
  owner: z.string(),
  batch_id: z.uuid(),
  reason: z.enum(SWEEP_REASONS),
  next: z.int(),
  /** Up to this call (exclusive), where that is not all of them. */
  end: z.optional(z.int()),
  ...waiting,
  sealed_credential: z.optional(z.string()),
});
export type SweepMessage = z.infer<typeof SweepMessageSchema>;

/** All calls of the batch should have their results soon: counts them, and looks again until they have. */
export const CountBatchMessageSchema = z.object({
  v: z.literal(1),
  type: z.literal("count_batch"),
  batch_id: z.uuid(),
  /** How often it was looked before. */
  looks: z.int(),
  ...waiting,
});
export type CountBatchMessage = z.infer<typeof CountBatchMessageSchema>;
