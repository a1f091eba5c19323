import * as z from "zod/mini";

/** What an operator has set for an application. */
export const ApplicationRecordSchema = z.object({
  /** Whose pace it shares: the carrier's limit is per account. */
  account: z.exactOptional(z.string()),
});
