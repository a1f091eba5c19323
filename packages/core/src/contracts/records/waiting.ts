import * as z from "zod/mini";

/** A single call that waits to be dialed. Its credential is bound to it. */
export const WaitingRecordSchema = z.object({
  tid: z.uuid(),
  notBeforeMs: z.number(),
  sealedCredential: z.string(),
});
