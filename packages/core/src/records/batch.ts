import * as z from "zod/mini";
import { time } from "./fields.ts";

/** What is known of a batch, but for its calls: written once. */
export const BatchRecordSchema = z.object({
  batch: z.object({
    id: z.uuid(),
    applicationId: z.string(),
    count: z.int(),
    acceptedAt: time,
    firstDialAt: time,
    lastDialAt: time,
  }),
});
