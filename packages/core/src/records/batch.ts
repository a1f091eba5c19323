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
    owner: given(z.string()),
    expiresAt: given(time),
    sealedCredential: given(z.string()),
    over: given(z.enum(SWEEP_REASONS)),
    paused: given(z.literal(true)),
    callbackUrl: given(z.string()),
  }),
});
