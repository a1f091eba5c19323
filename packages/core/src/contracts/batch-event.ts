import * as z from "zod/mini";
import { describe, identity } from "./event-fields.ts";
import { text, time, whole } from "./records/fields.ts";

const counts = z.record(text, whole);

/** About a batch as a whole. */
export const BatchCompleted = z
  .object({
    type: z.literal("batch.completed"),
    metadata: z.object({
      ...identity,
      batch_id: z.uuid(),
      application_id: text,
      time: time.check(describe("When its last call was completed")),
    }),
    data: z.object({
      count: whole.check(describe("All calls of the batch")),
      statuses: counts.check(describe("How many calls ended with each status")),
      reasons: counts.check(describe("How many calls ended in an error for each reason")),
    }),
  })
  .check(describe("Every call of the batch has its result."));
export type BatchCompleted = z.infer<typeof BatchCompleted>;
