import * as z from "zod/mini";

/**
 * A message that is not to be handled before a time carries it: a consumer that gets it early sends it on with the delay
 * that is left.
 */
export const waiting = {
  not_before: z.iso.datetime(),
  /** How often it was sent again for coming early. */
  hops: z.optional(z.int()),
};

/** Asks for step `n` of an owner's loop. With the number of an earlier step it only checks that the loop runs. */
export const TickMessageSchema = z.object({
  v: z.literal(1),
  type: z.literal("tick"),
  owner: z.string(),
  n: z.int(),
});
export type TickMessage = z.infer<typeof TickMessageSchema>;

/** Calls that are dialed together, with their sealed credentials. Each is bound to its call or batch. */
const dialGroup = {
  singles: z.array(z.object({ tid: z.uuid(), sealed_credential: z.string() })),
  batches: z.array(z.object({ batch_id: z.uuid(), indices: z.array(z.int()), sealed_credential: z.string() })),
};
export type DialGroup = z.infer<typeof DialGroupSchema>;
export const DialGroupSchema = z.object(dialGroup);

/**
 * A part of a step that is too large for one invocation. Calls that cannot be dialed on time are left to the next step.
 */
export const PartMessageSchema = z.object({
  v: z.literal(1),
  type: z.literal("part"),
  owner: z.string(),
  at: z.iso.datetime(),
  ...dialGroup,
});
export type PartMessage = z.infer<typeof PartMessageSchema>;

/** The calls dialed under this claim must have ended by now. Those still queued wait again. */
export const StepDeadlinesMessageSchema = z.object({
  v: z.literal(1),
  type: z.literal("step_deadlines"),
  /** Absent from what was set before there were loops. */
  owner: z.optional(z.string()),
  /** Absent when the message could not be read: any claim is meant. */
  claim: z.optional(z.string()),
  /** Since when they wait for a slot within the carrier's rate limit; absent if they did not have to. */
  waited_since: z.optional(z.iso.datetime()),
  ...waiting,
  ...dialGroup,
});
export type StepDeadlinesMessage = z.infer<typeof StepDeadlinesMessageSchema>;

export const SWEEP_REASONS = ["cancelled", "credential_rejected", "expired"] as const;

/** Ends the queued calls of a batch that is over. With a sealed credential, live calls are hung up. */
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

/** Counts the results of a batch, and counts again later until all are there. */
export const CountBatchMessageSchema = z.object({
  v: z.literal(1),
  type: z.literal("count_batch"),
  batch_id: z.uuid(),
  /** How often it was counted before. */
  looks: z.int(),
  ...waiting,
});
export type CountBatchMessage = z.infer<typeof CountBatchMessageSchema>;
