import { ownSecret } from "@promptcall/core/contracts/own-secret";
import { flag } from "@promptcall/core/contracts/parameter-types";
import { callbackUrl } from "@promptcall/core/contracts/request";
import * as z from "zod/mini";

/** What may be said of a batch as a whole, its times apart. */
export const BatchOptionsSchema = z.object({
  atomic: flag,
  unique_references: flag,
  repeat: flag,
  batch_callback: z.optional(callbackUrl()),
  /** For the counts; that of the `defaults`, where there is no other. */
  callback_secret: z.optional(ownSecret()),
});
