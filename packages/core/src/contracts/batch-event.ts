import * as z from "zod/mini";
import { EnvelopeSchema } from "./event-envelope.ts";
import { described, identity, ofIdentity } from "./event-fields.ts";
import { text, time, whole } from "./records/fields.ts";

const counts = z.record(text, whole);

/** About a batch as a whole. */
export const BatchCompleted = z
  .object({
    type: z.literal("batch.completed"),
    metadata: described(z.object({ ...identity, batch_id: z.uuid(), application_id: text, time }), {
      ...ofIdentity,
      time: "When its last call was completed",
    }),
    data: described(z.object({ count: whole, statuses: counts, reasons: counts }), {
      count: "All calls of the batch",
      statuses: "How many calls ended with each status",
      reasons: "How many calls ended in an error for each reason",
    }),
  })
  .register(z.globalRegistry, { description: "Every call of the batch has its result." });
export type BatchCompleted = z.infer<typeof BatchCompleted>;

/** The counts inside an envelope of the bus. */
export const DeliveredBatchEventSchema = z.pipe(EnvelopeSchema, BatchCompleted);
