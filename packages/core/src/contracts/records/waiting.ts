import * as z from "zod/mini";
import { UNUSUAL_PRIORITIES } from "../priority.ts";
import { given, number, someText, text, whole } from "./fields.ts";

/**
 * A call that waits to be dialed by itself. Its credential is bound to it; a call of a batch has that of its batch, and none
 * here.
 */
export const WaitingRecordSchema = z.object({
  tid: z.uuid(),
  notBeforeMs: number,
  sealedCredential: text,
  batch: given(z.object({ id: text, index: whole })),
  /** That of the call; a part of the item's key. */
  priority: given(z.enum(UNUSUAL_PRIORITIES)),
  /** The step that has written it, where one has: whoever removes what was read leaves what was written anew. */
  writtenBy: someText,
});
