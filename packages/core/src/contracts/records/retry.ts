import * as z from "zod/mini";
import { text, time, whole } from "./fields.ts";

/** When a person who was not reached is called again. */
export const RetrySchema = z.object({
  /** How often at the most. */
  times: whole,
  afterSeconds: whole,
  /** How a dial has to end, in the words of a result. */
  on: z.array(text),
  /** Not after this: the call expires, or its credential. */
  until: time,
});
