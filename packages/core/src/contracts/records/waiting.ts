import * as z from "zod/mini";
import { given } from "./fields.ts";

/**
 * A call that waits to be dialed by itself. Its credential is bound to it; a call of a batch has that of its batch, and none
 * here.
 */
export const WaitingRecordSchema = z.object({
  tid: z.uuid(),
  notBeforeMs: z.number(),
  sealedCredential: z.string(),
  batch: given(z.object({ id: z.string(), index: z.int() })),
});
