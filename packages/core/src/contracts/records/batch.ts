import * as z from "zod/mini";
import { SWEEP_REASONS } from "../dialing-messages.ts";
import { given, time } from "./fields.ts";

/** What is known of a batch, apart from its calls. */
export const BatchRecordSchema = z.object({
  batch: z.object({
    id: z.uuid(),
    applicationId: z.string(),
    count: z.int(),
    acceptedAt: time,
    firstDialAt: time,
    lastDialAt: time,
    /** The owner of its loop, and when it expires. Absent in batches accepted before there were loops. */
    owner: given(z.string()),
    expiresAt: given(time),
    /** Bound to the batch. */
    sealedCredential: given(z.string()),
    over: given(z.enum(SWEEP_REASONS)),
    /** A copy; the loop's field decides. */
    paused: given(z.literal(true)),
    /** Calls of it may have to wait by themselves: a pause leaves them to the batch again, from its first call on. */
    holds: given(z.literal(true)),
    /** Its calls are in the order of their priorities: up to which they are high, and from which on they are low. */
    highTo: given(z.int()),
    lowFrom: given(z.int()),
    /** Where the batch's counts are sent when it is complete. */
    callbackUrl: given(z.string()),
    /** What was given for that receiver alone, bound to the batch: never in clear. */
    sealedCallback: given(z.string()),
  }),
});
