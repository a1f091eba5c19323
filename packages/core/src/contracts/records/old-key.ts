import * as z from "zod/mini";
import { type RecordOf, text } from "./fields.ts";

/**
 * An API key of the deprecated API, as an operator has registered it: whose it is, and by what its secret is judged. The
 * private key of the application is sealed under that secret, so nobody but its owner has it opened.
 */
export const OldKeyRecordSchema = z.object({
  applicationId: text,
  salt: text,
  /** One half of what is derived from the secret; the other half opens the key. */
  check: text,
  sealedKey: text,
});
export type OldKeyRecord = RecordOf<typeof OldKeyRecordSchema>;
