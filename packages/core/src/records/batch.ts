import * as z from "zod/mini";
import { SWEEP_REASONS } from "../dialing/messages.ts";
import { given, time } from "./fields.ts";

/** What is known of a batch, but for its calls. */
export const BatchRecordSchema = z.object({
  batch: z.object({
    id: z.uuid(),
    applicationId: z.string(),
    count: z.int(),
    acceptedAt: time,
    firstDialAt: time,
    lastDialAt: time,
    /** Whose loop it is in, and until when; absent from batches that were accepted before there were loops. */
    owner: given(z.string()),
    expiresAt: given(time),
    /** Bound to the batch. */
    sealedCredential: given(z.string()),
    over: given(z.enum(SWEEP_REASONS)),
    /** A copy: the loop knows better. */
    paused: given(z.literal(true)),
    /** Where the counts of the whole batch go when it is over. */
    callbackUrl: given(z.string()),
  }),
});
