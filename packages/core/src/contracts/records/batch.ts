import * as z from "zod/mini";
import { SWEEP_REASONS } from "../reasons.ts";
import { given, isTrue, someText, someTime, someWhole, text, time, whole } from "./fields.ts";

/** What is known of a batch, apart from its calls. */
export const BatchRecordSchema = z.object({
  batch: z.object({
    id: z.uuid(),
    applicationId: text,
    count: whole,
    acceptedAt: time,
    firstDialAt: time,
    lastDialAt: time,
    /** The owner of its loop, and when it expires. Absent in batches accepted before there were loops. */
    owner: someText,
    expiresAt: someTime,
    /** Bound to the batch. */
    sealedCredential: someText,
    over: given(z.enum(SWEEP_REASONS)),
    /** A copy; the loop's field decides. */
    paused: isTrue,
    /** Calls of it may have to wait by themselves: a pause leaves them to the batch again, from its first call on. */
    holds: isTrue,
    /** Its calls are in the order of their priorities: up to which they are high, and from which on they are low. */
    highTo: someWhole,
    lowFrom: someWhole,
    /** Where the batch's counts are sent when it is complete. */
    callbackUrl: someText,
    /** What was given for that receiver alone, bound to the batch: never in clear. */
    sealedCallback: someText,
  }),
});
