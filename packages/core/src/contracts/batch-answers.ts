import * as z from "zod/mini";
import { count, FieldErrorSchema, id, nextCursor, saying, status, time, words } from "./answer-fields.ts";

export const RejectedRowSchema = z
  .object({
    index: count.check(saying("Its place in the request, from 0")),
    code: z
      .optional(z.string())
      .check(saying("Of the problem that it would be by itself: too_late, or why the guard refuses it")),
    errors: z.array(FieldErrorSchema),
  })
  .register(z.globalRegistry, { id: "RejectedRow" });

export const AcceptedBatchSchema = z
  .object({
    batch_id: id,
    accepted: z.array(
      z.object({
        index: count,
        tid: id,
        to: z.string(),
        repeated_to: z.optional(z.literal(true)),
        reference: z.optional(z.string()),
      }),
    ),
    count: count.check(saying("Of those accepted, all of which are listed")),
    rejected: z.array(RejectedRowSchema).check(z.maxLength(100), saying("The first 100 of them")),
    rejected_count: count,
    first_dial_at: time,
    last_dial_at: time,
    status_url: z.url(),
  })
  .register(z.globalRegistry, { id: "AcceptedBatch" });

/** What would become of a request. */
export const EstimateSchema = z
  .object({
    dry_run: z.literal(true),
    count: count.check(saying("Calls that would be accepted")),
    first_dial_at: time,
    last_dial_at: time,
    price: z.string().check(saying("The most that they may cost, if each lasts as long as it can")),
    currency: z.string(),
    rejected: z.optional(
      z.array(RejectedRowSchema).check(z.maxLength(100), saying("Of a batch: the first 100 of them")),
    ),
    rejected_count: z.optional(count),
  })
  .register(z.globalRegistry, { id: "Estimate" });

/** What is said of a batch, in an answer and in the request that says it is over. */
const counts = {
  batch_id: id,
  count: count.check(saying("Its calls")),
  accepted_at: time,
  states: z.object({
    queued: count,
    live: count.check(saying("Dialed, and not over")),
    completed: count,
  }),
  statuses: z.partialRecord(status, count).check(saying("Of completed calls")),
  reasons: z.partialRecord(words, count).check(saying("Of those with the status `error`")),
};

export const BatchSchema = z
  .object({
    ...counts,
    state: z.enum(["waiting", "running", "paused", "cancelled", "completed"]),
    first_dial_at: z.optional(time).check(saying("Left out while it is paused, like the next two")),
    last_dial_at: z.optional(time),
    estimated_end_at: z.optional(time).check(saying("Left out of one that is over, too")),
    completed_at: z.optional(time).check(saying("When the last of its calls had its result")),
    calls_per_second: z.optional(z.number()).check(saying("What the carrier has agreed to")),
    current_calls_per_second: z.optional(z.number()).check(saying("Less for a while after the carrier had no room")),
  })
  .register(z.globalRegistry, { id: "Batch" });

export const CancelledBatchSchema = z
  .extend(BatchSchema, { cancelling: count.check(saying("Calls that are looked at")) })
  .register(z.globalRegistry, { id: "CancelledBatch" });

export const BatchPageSchema = z
  .object({ data: z.array(BatchSchema), next_cursor: nextCursor })
  .register(z.globalRegistry, { id: "BatchPage" });

export const BatchResultSchema = z
  .object({
    type: z.literal("batch.completed"),
    data: z.object({
      ...counts,
      state: z.enum(["cancelled", "completed"]),
      first_dial_at: time,
      last_dial_at: time,
      completed_at: time,
    }),
  })
  .register(z.globalRegistry, { id: "BatchResult" });
