import { ownSecret } from "@promptcall/core/contracts/own-secret";
import { callbackUrl } from "@promptcall/core/contracts/request";
import * as z from "zod/mini";

/** A boolean, also as text: a query has nothing else. */
const flag = (name: string) =>
  z._default(
    z.pipe(
      z.union([z.boolean(), z.stringbool({ truthy: ["true", "1"], falsy: ["false", "0"] })], {
        error: `expected true or false for ${name}`,
      }),
      z.boolean(),
    ),
    false,
  );

/** What may be said of a batch as a whole, its times apart. */
export const BatchOptionsSchema = z.object({
  atomic: flag("atomic"),
  unique_references: flag("unique_references"),
  repeat: flag("repeat"),
  batch_callback: z.optional(callbackUrl()),
  /** For the counts; that of the `defaults`, where there is no other. */
  callback_secret: z.optional(ownSecret()),
});
